"""Reads documents with expat, namespaces included: a JSON text a line comes in, and its tree or null goes out."""
import json
import sys

import pyexpat


def read(document):
    # No document can hold this letter, and expat refuses a namespace that holds the separator.
    parser = pyexpat.ParserCreate(namespace_separator="\x01")
    parser.buffer_text = True
    root = ["", [], "", []]
    path = [root]

    def start(name, attributes):
        element = [name, sorted(attributes.items()), "", []]
        path[-1][3].append(element)
        path.append(element)

    def end(name):
        path.pop()

    def text(data):
        path[-1][2] += data

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(document.encode(), True)
    except pyexpat.ExpatError:
        return None
    return root[3][0]


for line in sys.stdin:
    print(json.dumps(read(json.loads(line))))

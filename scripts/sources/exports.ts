import * as fs from "node:fs"
import { dirname, join, resolve } from "node:path"
import ts from "typescript"

/** What a package lets others import, and what its comment says. */
export interface Export {
  /** As a reader of an error looks for it: `packages/core/src/Session.ts: layer`. */
  readonly where: string
  readonly name: string
  /** The comment without its tags, `undefined` where there is none. */
  readonly text: string | undefined
  readonly since: string | undefined
  readonly category: string | undefined
  /** What the `@example`s hold in blocks of TypeScript. */
  readonly examples: ReadonlyArray<string>
  /** Whether it is a tag or a reference, which a program asks its context for. */
  readonly isService: boolean
}

const parse = (file: string, source: string) => ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)

const textOf = (comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string | undefined =>
  ts.getTextOfJSDocComment(comment)?.trim()

const codeOf = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(/^```ts\n([\s\S]*?)^```$/gm), ([, code = ""]) => code)

const isService = (node: ts.Node): boolean =>
  ts.isClassDeclaration(node) &&
  (node.heritageClauses ?? []).some((clause) => /\bContext\.(?:Tag|Reference)\b/.test(clause.getText()))

const describe = (where: string, name: string, node: ts.Node): Export => {
  const comment = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1)
  const tags = comment?.tags ?? []
  const tag = (name: string) => textOf(tags.find(({ tagName }) => tagName.text === name)?.comment)
  return {
    where: `${where}: ${name}`,
    name,
    text: comment && (textOf(comment.comment) ?? ""),
    since: tag("since"),
    category: tag("category"),
    examples: tags.flatMap((it) => (it.tagName.text === "example" ? codeOf(textOf(it.comment) ?? "") : [])),
    isService: isService(node)
  }
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

/** The exports of a module by its source; `load` gives the source of a file that it passes on names from. */
export const exportsOf = (where: string, source: string, load: (specifier: string) => string): ReadonlyArray<Export> =>
  parse(where, source).statements.flatMap((statement): ReadonlyArray<Export> => {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      const names = statement.exportClause.elements
      if (statement.moduleSpecifier === undefined) return names.map((it) => describe(where, it.name.text, it))
      const passedOn = exportsOf(where, load(statement.moduleSpecifier.getText().slice(1, -1)), load)
      return passedOn.filter(({ name }) => names.some((it) => it.name.text === name))
    }
    if (!isExported(statement)) return []
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map((it) => describe(where, it.name.getText(), statement))
    return [
      describe(where, ts.getNameOfDeclaration(statement as ts.DeclarationStatement)?.getText() ?? "default", statement)
    ]
  })

/** What the comment that opens a module says. */
const moduleOf = (where: string, source: string): Export => {
  const opening = /^\/\*\*[\s\S]*?\*\/\n(?=\n|import\b|export \{)/.exec(source)?.[0] ?? ""
  return {
    ...describe(where, "module", parse(where, `${opening}export {}`).statements[0] ?? parse(where, "")),
    category: "modules"
  }
}

/** All that the packages export, module by module. */
export const exportsOfPackages = (root: string): ReadonlyArray<Export> =>
  fs.readdirSync(join(root, "packages")).flatMap((name) => {
    const manifest = JSON.parse(fs.readFileSync(join(root, "packages", name, "package.json"), "utf8"))
    if (manifest.exports["."] === undefined) return []
    const folder = `packages/${name}/src`
    return fs
      .readdirSync(join(root, folder))
      .filter((file) => /^[A-Z].*\.ts$/.test(file))
      .flatMap((file) => {
        const where = `${folder}/${file}`
        const read = (path: string) => fs.readFileSync(resolve(root, dirname(where), path), "utf8")
        const source = read(file)
        return [moduleOf(where, source), ...exportsOf(where, source, read)]
      })
  })

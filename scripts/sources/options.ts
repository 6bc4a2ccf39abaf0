import { join } from "node:path"
import ts from "typescript"

/** One option, `loginBudget.limit` where it is one of several in another. */
export interface Option {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  /** What the code takes in its place, as it stands there; `undefined` where there is nothing, or where it is worked out. */
  readonly fallback: string | undefined
  readonly comment: string
}

/** The options of an interface by the module that exports it, as `Session.Options`. */
export interface Group {
  readonly name: string
  readonly comment: string
  readonly options: ReadonlyArray<Option>
}

/** A program of all sources of the packages that have modules for others. */
export const programOf = (root: string): ts.Program =>
  ts.createProgram({
    rootNames: ["core", "platform", "redis", "testing"].flatMap((name) =>
      ts.sys.readDirectory(join(root, "packages", name, "src"), [".ts"])
    ),
    options: {
      ...ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile).config.compilerOptions,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
      module: ts.ModuleKind.Preserve,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      moduleDetection: ts.ModuleDetectionKind.Force,
      noEmit: true,
      composite: false,
      plugins: []
    }
  })

const isOurs = (file: ts.SourceFile): boolean => /\/packages\/\w+\/src\//.test(file.fileName)

const isPublic = (file: ts.SourceFile): boolean => /\/src\/[A-Z]\w+\.ts$/.test(file.fileName)

const visit = (node: ts.Node, see: (node: ts.Node) => void): void => {
  see(node)
  ts.forEachChild(node, (child) => visit(child, see))
}

/** A default as a person writes it: `Duration.seconds(15)` is a text too; `undefined` where it is worked out. */
const written = (node: ts.Expression): string | undefined => {
  if (ts.isStringLiteral(node)) return node.text
  if (ts.isNumericLiteral(node)) return node.text
  if ([ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(node.kind)) return node.getText()
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0 ? undefined : node.getText()
  const text = node.getText()
  const [, unit, amount] = /^Duration\.(\w+)\((\d+)\)$/.exec(text) ?? []
  if (unit !== undefined) return `${amount} ${unit}`
  return /^Retry\.\w+$/.test(text) ? text : undefined
}

/** What the code takes where an option is not given: by the option's declaration, and by name where it was passed on as something else. */
const fallbacksOf = (program: ts.Program) => {
  const checker = program.getTypeChecker()
  const found = new Map<ts.Node | string, Set<string>>()
  const note = (symbol: ts.Symbol | undefined, node: ts.Expression) => {
    const text = written(node)
    for (const declaration of text === undefined ? [] : (symbol?.declarations ?? [])) {
      const isPassedOn = ts.isTypeLiteralNode(declaration.parent)
      for (const key of isPassedOn ? [declaration, symbol?.name ?? ""] : [declaration])
        found.set(key, (found.get(key) ?? new Set()).add(text ?? ""))
    }
  }
  for (const file of program.getSourceFiles().filter(isOurs)) {
    visit(file, (node) => {
      if (ts.isBindingElement(node) && node.initializer && ts.isObjectBindingPattern(node.parent)) {
        const name = (node.propertyName ?? node.name).getText()
        note(checker.getNonNullableType(checker.getTypeAtLocation(node.parent)).getProperty(name), node.initializer)
      }
      if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) return
      if (ts.isPropertyAccessExpression(node.left)) note(checker.getSymbolAtLocation(node.left.name), node.right)
    })
  }
  return (declaration: ts.Node, name: string): string | undefined => {
    const [one, ...others] = found.get(declaration) ?? found.get(name) ?? []
    return others.length === 0 ? one : undefined
  }
}

/** The members of a type that is made of options itself, as the budget of a session is, and is no group of its own. */
const membersOf = (checker: ts.TypeChecker, type: ts.Type): ReadonlyArray<ts.Symbol> => {
  const parts = (type.isUnion() ? type.types : [type]).filter((part) =>
    (part.symbol?.declarations ?? []).some(
      (it) =>
        isOurs(it.getSourceFile()) &&
        (ts.isTypeLiteralNode(it) ||
          (ts.isInterfaceDeclaration(it) && it.name.text === "Options" && !isPublic(it.getSourceFile())))
    )
  )
  return parts.flatMap((part) => checker.getPropertiesOfType(part))
}

const typeOf = (declaration: ts.PropertySignature): string =>
  (declaration.type?.getText() ?? "")
    .replaceAll(/\s+/g, " ")
    .replace(/^\| /, "")
    .replace(/ \| undefined$/, "")

/** All options of all modules: the exported interfaces whose names end so. */
export const optionsOf = (program: ts.Program): ReadonlyArray<Group> => {
  const checker = program.getTypeChecker()
  const fallback = fallbacksOf(program)
  const comment = (symbol: ts.Symbol) =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, " ").trim()
  const read = (symbol: ts.Symbol, prefix: string): ReadonlyArray<Option> => {
    const declaration = symbol.declarations?.find(ts.isPropertySignature)
    if (declaration === undefined) return []
    const name = `${prefix}${symbol.name}`
    const members = membersOf(checker, checker.getTypeOfSymbolAtLocation(symbol, declaration))
    return [
      {
        name,
        type: members.length === 0 ? typeOf(declaration) : "",
        isRequired: declaration.questionToken === undefined,
        fallback: declaration.questionToken && fallback(declaration, symbol.name),
        comment: comment(symbol)
      },
      ...members.flatMap((member) => read(member, `${name}.`))
    ]
  }
  return program
    .getSourceFiles()
    .filter((file) => isOurs(file) && isPublic(file))
    .flatMap((file) => {
      const [, module = ""] = /(\w+)\.ts$/.exec(file.fileName) ?? []
      const symbol = checker.getSymbolAtLocation(file)
      return (symbol === undefined ? [] : checker.getExportsOfModule(symbol))
        .filter((symbol) => symbol.name.endsWith("Options"))
        .map((symbol) => ({
          name: `${module}.${symbol.name}`,
          comment: comment(symbol),
          options: checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).flatMap((it) => read(it, ""))
        }))
    })
}

/** A default in the ways in which a comment may write it. */
const spellings = (fallback: string): ReadonlyArray<string> => {
  const words = { "0": ["none"], "1": ["one"] }[fallback] ?? []
  const grouped = /^\d+$/.test(fallback) ? [Number(fallback).toLocaleString("en-US")] : []
  return [fallback, ...words, ...grouped]
}

/** Says which comments have another default than the code, or none. */
export const judge = (groups: ReadonlyArray<Group>): ReadonlyArray<string> =>
  groups.flatMap(({ name: group, options }) =>
    options.flatMap(({ comment, fallback, name }) => {
      if (comment === "") return [`${group}: ${name} has no comment`]
      // A comment says of an object what is in it.
      if (fallback === undefined || fallback.startsWith("{")) return []
      return spellings(fallback).some((text) => comment.includes(text))
        ? []
        : [`${group}: the default of ${name} is ${fallback}, of which its comment says nothing`]
    })
  )

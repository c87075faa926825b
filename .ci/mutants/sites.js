// Places where compiled code can be broken, by fixed operators.
import ts from "typescript";

const SWAPS = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "&&": "||",
  "||": "&&",
  "??": "&&",
};

/** Texts, and what is thrown: their words are no behaviour. */
const isWords = (node) =>
  ts.isThrowStatement(node) ||
  ts.isTemplateExpression(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node);
const joinsText = (node) =>
  node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
  [node.left, node.right].some(
    (side) =>
      ts.isStringLiteralLike(side) ||
      ts.isTemplateExpression(side) ||
      (ts.isBinaryExpression(side) && joinsText(side)),
  );

/** @returns {{file: string, start: number, end: number, from: string, to: string, kind: string}[]} */
export function sitesOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const sites = [];
  const add = (node, to, kind) => {
    const [start, end] = [node.getStart(source), node.getEnd()];
    const from = text.slice(start, end).replaceAll(/\s+/g, " ");
    sites.push({ file, start, end, from: from.slice(0, 60), to, kind });
  };
  const visit = (node) => {
    if (isWords(node)) return;
    if (ts.isBinaryExpression(node)) {
      const to = SWAPS[node.operatorToken.getText(source)];
      if (to && !joinsText(node)) add(node.operatorToken, to, "operator");
    } else if (ts.isIfStatement(node)) {
      const { expression } = node;
      add(expression, `!(${expression.getText(source)})`, "condition");
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, "false", "boolean");
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, "true", "boolean");
    else if (ts.isNumericLiteral(node)) add(node, `(${node.text} + 1)`, "number");
    else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
      add(node, ";", "call left out");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sites;
}

// Leaves every failpoint out of what is compiled: its calls, and the import of src/failpoint.ts (docs/adr/0014-failpoints.md).
const ts = require('typescript');

const name = 'failpoint';

/**
 * A transformer of TypeScript's compiler; line and column of what stays are kept by its source map.
 * @param {ts.TransformationContext} context
 * @returns {(file: ts.SourceFile) => ts.SourceFile}
 */
function stripFailpoints(context) {
  return (file) => {
    const strip = (node) => {
      if (isImport(node) || isCall(node)) return undefined;
      // One that is not a statement of its own would stay, and be a failpoint that ships.
      if (ts.isIdentifier(node) && node.text === name) throw new Error(`${file.fileName}: ${name} outside of a block`);
      return ts.visitEachChild(node, strip, context);
    };
    const isTheirs = /(^|\/)failpoint\.ts$/.test(file.fileName); // it is not written at all
    return isTheirs ? file : ts.visitEachChild(file, strip, context);
  };
}

function isImport(node) {
  return ts.isImportDeclaration(node) && /(^|\/)failpoint$/.test(node.moduleSpecifier.text);
}

/** A statement in a list of statements: where there is no list, nothing can be left out. */
function isCall(node) {
  return (
    ts.isExpressionStatement(node) &&
    (ts.isBlock(node.parent) || ts.isSourceFile(node.parent) || ts.isCaseOrDefaultClause(node.parent)) &&
    ts.isCallExpression(node.expression) &&
    ts.isIdentifier(node.expression.expression) &&
    node.expression.expression.text === name
  );
}

module.exports = { stripFailpoints };

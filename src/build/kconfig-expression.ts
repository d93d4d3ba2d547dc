/** Values of a tristate in their order. */
export type Tristate = 'n' | 'm' | 'y'

type Config = ReadonlyMap<string, string>

type Node =
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'not'; readonly inner: Node }
  | { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: string; readonly right: string }

/** The value of a Kconfig expression under a .config; macros of the preprocessor count as true. */
export function evaluate(expression: string, config: Config): Tristate {
  return valueOf(parse(expression), config)
}

/** The conjuncts of an expression that are not met, as `SYMBOL=value` or as they are written. */
export function unmetTerms(expression: string, config: Config): readonly string[] {
  return conjuncts(parse(expression))
    .filter((node) => valueOf(node, config) === 'n')
    .map((node) => (node.kind === 'symbol' ? `${node.name}=${config.get(node.name) ?? 'n'}` : format(node)))
}

function conjuncts(node: Node): readonly Node[] {
  return node.kind === 'and' ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node]
}

const order: readonly Tristate[] = ['n', 'm', 'y']

function valueOf(node: Node, config: Config): Tristate {
  switch (node.kind) {
    case 'symbol':
      return tristate(literal(node.name, config))
    case 'not':
      return order[2 - order.indexOf(valueOf(node.inner, config))] ?? 'n'
    case 'and':
    case 'or': {
      const sides = [node.left, node.right].map((side) => order.indexOf(valueOf(side, config)))
      return order[node.kind === 'and' ? Math.min(...sides) : Math.max(...sides)] ?? 'n'
    }
    case 'compare':
      return compare(node.operator, literal(node.left, config), literal(node.right, config)) ? 'y' : 'n'
  }
}

function literal(word: string, config: Config): string {
  if (/^["']/.test(word)) return word.slice(1, -1)
  if (/^(?:[nmy]|-?\d+|0x[0-9a-fA-F]+)$/.test(word)) return word
  if (word.startsWith('$(')) return 'y'
  return (config.get(word) ?? 'n').replaceAll('"', '')
}

function tristate(value: string): Tristate {
  return value === 'y' || value === 'm' ? value : 'n'
}

function compare(operator: string, left: string, right: string): boolean {
  const numbers = /^-?(?:0x)?[0-9a-f]+$/i
  const sign =
    numbers.test(left) && numbers.test(right) && !Number.isNaN(Number(left) - Number(right))
      ? Number(left) - Number(right)
      : left.localeCompare(right)
  switch (operator) {
    case '=':
      return left === right || sign === 0
    case '!=':
      return left !== right && sign !== 0
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>':
      return sign > 0
    default:
      return sign >= 0
  }
}

function format(node: Node): string {
  switch (node.kind) {
    case 'symbol':
      return node.name
    case 'not':
      return `!${node.inner.kind === 'symbol' ? node.inner.name : `(${format(node.inner)})`}`
    case 'and':
      return `${format(node.left)} && ${format(node.right)}`
    case 'or':
      return `(${format(node.left)} || ${format(node.right)})`
    case 'compare':
      return `${node.left}${node.operator}${node.right}`
  }
}

const token = /\s*(\$\((?:[^()]|\([^()]*\))*\)|"[^"]*"|'[^']*'|&&|\|\||!=|<=|>=|[!=<>()]|[\w./-]+)/y

/** Recursive descent over `||`, `&&`, `!`, comparisons and parentheses; what cannot be read counts as `y`. */
function parse(expression: string): Node {
  const tokens = tokenize(expression)
  let at = 0
  const or = (): Node => {
    let left = and()
    while (tokens[at] === '||') {
      at++
      left = { kind: 'or', left, right: and() }
    }
    return left
  }
  const and = (): Node => {
    let left = not()
    while (tokens[at] === '&&') {
      at++
      left = { kind: 'and', left, right: not() }
    }
    return left
  }
  const not = (): Node => {
    if (tokens[at] === '!') {
      at++
      return { kind: 'not', inner: not() }
    }
    if (tokens[at] === '(') {
      at++
      const inner = or()
      at++
      return inner
    }
    const name = tokens[at++] ?? 'y'
    if (/^(?:=|!=|<|<=|>|>=)$/.test(tokens[at] ?? '')) {
      const operator = tokens[at++] ?? '='
      return { kind: 'compare', operator, left: name, right: tokens[at++] ?? 'y' }
    }
    return { kind: 'symbol', name }
  }
  return or()
}

function tokenize(expression: string): readonly string[] {
  const tokens: string[] = []
  token.lastIndex = 0
  for (let match = token.exec(expression); match !== null; match = token.exec(expression)) tokens.push(match[1] ?? '')
  return tokens
}

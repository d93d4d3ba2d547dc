import { registerHooks } from 'node:module'

/** Lets Node import JSON without an import attribute, as @actions/workflow-parser does. Call it before that import. */
export function allowJsonImports(): void {
  registerHooks({
    load: (url, context, next) => {
      if (!url.endsWith('.json')) return next(url, context)
      return next(url, { ...context, format: 'json', importAttributes: { type: 'json' } })
    },
  })
}

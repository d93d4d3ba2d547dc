import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'

/**
 * Builds the pages of the dashboard into `dashboard/dist`: no inline script or
 * style, relative addresses, so that they work under a strict policy at any path.
 */
export async function buildDashboard(root: string): Promise<void> {
  await build({
    root: join(root, 'dashboard'),
    configFile: false,
    logLevel: 'error',
    base: './',
    build: {
      outDir: join(root, 'dashboard/dist'),
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      license: { fileName: 'licenses.md' },
    },
  })
}

/** Puts the built pages beside the emitted product, in the place where the sources look for them too. */
export async function copyDashboard(root: string, target: string): Promise<void> {
  await rm(join(target, 'dashboard'), { recursive: true, force: true })
  await cp(join(root, 'dashboard/dist'), join(target, 'dashboard/dist'), { recursive: true })
}

if (import.meta.main) await buildDashboard(join(import.meta.dirname, '../..'))

/**
 * GitHub's artifact client, as a program of its own: it is 6 MB, and only loaded
 * by a step that really moves an artifact.
 */
export { default } from '@actions/artifact'

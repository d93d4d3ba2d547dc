/**
 * GitHub's cache client, as a program of its own: it is large, and only loaded
 * by a build that keeps its compiler cache.
 */
export { isFeatureAvailable, restoreCache, saveCache } from '@actions/cache'

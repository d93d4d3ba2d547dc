import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Nginx extends AsyncDisposable {
  readonly pid: number
  readonly url: string
  /** Requests that it answered for a path. */
  readonly requests: (path: string) => number
}

/** Starts nginx on a folder: `/` plain with sendfile, `/slow/` at 40 MiB/s for each connection. */
export async function startNginx(folder: string, files: string, port: number): Promise<Nginx> {
  mkdirSync(folder, { recursive: true })
  const log = join(folder, 'access.log')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; worker_processes 2; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 4096; }
http {
  sendfile on; tcp_nopush on; keepalive_requests 100000000; keepalive_timeout 300s;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  log_format plain '$request_method $request_uri $status';
  server {
    listen 127.0.0.1:${port};
    access_log off;
    location /slow/ { alias ${files}/; limit_rate 40m; access_log ${log} plain; }
    location / { root ${files}; }
  }
}
`,
  )
  const child = spawn('nginx', ['-c', file, '-p', folder], { stdio: 'inherit' })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    if (await fetch(url).catch(() => undefined)) break
    if (tries > 100 || child.exitCode !== null) throw new Error('nginx does not start: is nginx-light installed?')
    await sleep(50)
  }
  return {
    pid: child.pid ?? 0,
    url,
    requests: (path) =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line.includes(` ${path} `)).length,
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

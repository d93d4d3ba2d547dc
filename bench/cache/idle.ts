import { connect, type Socket } from 'node:net'

/** Opens keep-alive connections that each get one answer and then say nothing. */
export async function openIdle(
  url: string,
  count: number,
): Promise<Disposable & { readonly answered: number; readonly open: () => number }> {
  const { hostname, port, pathname, search } = new URL(url)
  const sockets: Socket[] = []
  let answered = 0
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
      })
      sockets.push(socket)
      socket.once('error', reject)
      socket.once('data', () => {
        answered++
        resolve()
      })
    })
  for (let done = 0; done < count; done += 200) {
    await Promise.all(Array.from({ length: Math.min(200, count - done) }, one))
  }
  return {
    answered,
    open: () => sockets.filter(({ destroyed }) => !destroyed).length,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

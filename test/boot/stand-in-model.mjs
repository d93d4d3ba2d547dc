#!/usr/bin/env node
// Stands in for Arm's FVP_Base_RevC-2xAEMvA, which cannot be had here: takes the model's options, tells its terminals
// as the model does, and boots what startup.nsh says, as its firmware would, on QEMU's virt machine.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

const parameters = new Map()
for (const [index, word] of process.argv.entries()) {
  if (process.argv[index - 1] === '-C')
    parameters.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1))
}
for (const name of ['bp.secureflashloader.fname', 'bp.flashloader0.fname', 'bp.flashloader1.fname']) {
  if (readFileSync(parameters.get(name), 'utf8') !== `${name}\n`) {
    console.error(`Error: ${name} is not its firmware`)
    process.exit(1)
  }
}
const folder = parameters.get('cluster0.cpu0.semihosting-cwd')
const [kernel, ...words] = readFileSync(join(folder, 'startup.nsh'), 'utf8').trim().split(' ')
const initrd = words.find((word) => word.startsWith('initrd=')).slice(7)
const append = words.filter((word) => !/^(?:dtb|initrd|earlycon)=/.test(word)).join(' ')
readFileSync(join(folder, 'fdt.dtb'))

const server = createServer((socket) => {
  server.close()
  const serial = ['-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot', '-nic', 'none']
  const machine = ['-machine', 'virt,gic-version=3', '-cpu', 'cortex-a57', '-m', '512M']
  const files = ['-kernel', join(folder, kernel), '-initrd', join(folder, initrd), '-append', append]
  const guest = spawn('qemu-system-aarch64', [...machine, ...serial, ...files], { stdio: ['pipe', 'pipe', 'inherit'] })
  socket.write('NOTICE:  BL31: stand-in\r\n')
  socket.pipe(guest.stdin)
  guest.stdin.on('error', () => {})
  guest.stdout.pipe(socket)
  socket.on('error', () => process.exit(0))
  guest.once('close', () => socket.end(() => process.exit(0)))
})
server.listen(0, '127.0.0.1', () => {
  console.log('\nFast Models [stand-in]')
  console.log(`terminal_0: Listening for serial connection on port ${server.address().port}`)
})

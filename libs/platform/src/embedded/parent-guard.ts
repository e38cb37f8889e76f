import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

// The guard is a shell that sleeps in `read` on a pipe from us. The kernel closes that pipe however we die, SIGKILL
// included; then the guard stops the server. A sidecar instead of a wrapper, so that the server stays our own child
// (exit status, pid) and no platform-specific call (prctl) is needed. It costs a few hundred KB.
const SCRIPT = `
read -r pid || exit 0
read -r told && exit 0
kill -INT "$pid" 2>/dev/null || exit 0
tries=0
while [ "$tries" -lt 25 ] && kill -0 "$pid" 2>/dev/null; do
  tries=$((tries + 1))
  sleep 0.2 2>/dev/null || sleep 1
done
kill -KILL "$pid" 2>/dev/null
`;

/** Stops one server when this process is gone. */
export class ParentGuard {
  private constructor(private readonly pipe: Socket) {}

  static start(): ParentGuard {
    // Own session: Ctrl-C in the terminal must not end the guard before the server.
    const shell = spawn('/bin/sh', ['-c', SCRIPT, 'reveille-guard'], {
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const { stdin } = shell;
    // Without a guard we still run; the next start then finds the leftover server.
    shell.on('error', () => undefined);
    stdin.on('error', () => undefined);
    shell.unref();
    const pipe = stdin as Socket;
    pipe.unref();
    return new ParentGuard(pipe);
  }

  watch(pid: number): void {
    this.pipe.write(`${pid}\n`);
  }

  /** To be called as soon as the server is gone: its process id may be given to another program. */
  release(): void {
    this.pipe.end('done\n');
  }
}

import { measureMode, type Request } from './measure-mode.js'

// The page in which modes are measured that want a browser: it is asked from outside, and tells by `say` how far it is.
const page = globalThis as unknown as { say(line: string): void; measure: unknown }
page.measure = (request: Request) => measureMode(request, (line) => page.say(line))

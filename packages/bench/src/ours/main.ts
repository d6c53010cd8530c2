import { serve } from '../contest/serve.js'
import { ours } from './ours.js'

await serve(ours)

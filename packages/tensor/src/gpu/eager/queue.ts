/** Does one thing after another. */
export interface Order {
  /** A job that gives a promise is waited for before the next; none of them throws where jobs have to wait. */
  push(job: () => void | Promise<void>): void
  /** When all is done. */
  settled(): Promise<void>
}

/** For devices that answer at once: a job is done when it is given, and what it throws is thrown there. */
export const atOnce: Order = {
  push(job) {
    void job()
  },
  async settled() {},
}

/**
 * For devices that answer later. The results of a kernel are there only when its call has been answered, so that what
 * uses them, or frees them, has to wait for its turn; whoever gave the job does not.
 */
export class Queue implements Order {
  #jobs: (() => void | Promise<void>)[] = []
  #running: Promise<void> | undefined

  push(job: () => void | Promise<void>): void {
    this.#jobs.push(job)
    this.#running ??= this.#run()
  }

  async settled(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    await undefined // so that `#running` is set before it is cleared
    while (this.#jobs.length > 0) {
      const jobs = this.#jobs
      this.#jobs = []
      for (const job of jobs) {
        const answer = job()
        if (answer) await answer // most are answered at once, and an await would cost more than they do
      }
    }
    this.#running = undefined
  }
}

import fc from 'fast-check'

// The same inputs for every mutant; and no longer than a mutant may cost.
fc.configureGlobal({ seed: 20_260_101, interruptAfterTimeLimit: 500 })

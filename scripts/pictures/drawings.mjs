// What the pictures of the explanation pages show: boxes at [column, row], and arrows between them, [from, to, what it says].

export const DRAWINGS = {
  'hot-path': {
    about: 'An edit: the gate answers alone where it can prove that there is nothing to say, else the program decides',
    boxes: {
      host: { at: [0, 0], title: 'an agent edits a file', lines: ['its host starts', 'rally-hook'] },
      gate: { at: [1, 0], title: 'the gate, a shell script', lines: ['is it proved that there', 'is nothing to say?'] },
      program: { at: [2, 0], title: 'the program', lines: ['looks, decides,', 'leaves a note for the gate'] },
      silent: { at: [1, 1], title: 'nothing is said', lines: ['most edits end here'], kind: 'good' },
      answer: { at: [2, 1], title: 'the answer', lines: ['a warning, a message,', 'or nothing'] },
    },
    arrows: [
      ['host', 'gate', 'payload'],
      ['gate', 'program', 'no, or doubt'],
      ['gate', 'silent', 'yes'],
      ['program', 'answer'],
    ],
  },
  'who-is-alive': {
    about:
      'A session lives while the process of its host runs; where that cannot be seen, its last sign of life decides',
    boxes: {
      record: { at: [0, 0], title: 'the record of a session', lines: ['names the process', 'of its host'] },
      here: { at: [1, 0], title: 'does that process run?', lines: ['same machine, same boot,', 'same container'] },
      sign: { at: [2, 1], title: 'its last sign of life', lines: ['a hook, an edit,', 'a heartbeat'] },
      lives: { at: [2, 0], title: 'it lives', lines: ['in every view'], kind: 'good' },
      gone: { at: [1, 1], title: 'it is gone', lines: ['in every view'], kind: 'bad' },
    },
    arrows: [
      ['record', 'here'],
      ['here', 'lives', 'yes'],
      ['here', 'gone', 'no'],
      ['here', 'sign', 'not seen'],
      ['sign', 'gone', 'too old'],
      ['sign', 'lives', 'lately'],
    ],
  },
  hearing: {
    about: 'The way of a message: stored in the room, told at the next tool call or prompt, acknowledged, answered',
    boxes: {
      sender: { at: [0, 0], title: 'rally tell, rally ask', lines: ['by an agent', 'or a person'] },
      stored: { at: [1, 0], title: 'stored', lines: ['in the files', 'of the room'] },
      told: { at: [2, 0], title: 'told', lines: ['at a tool call or a prompt,', 'quoted, once'], kind: 'good' },
      acknowledged: {
        at: [2, 1],
        title: 'acknowledged',
        lines: ['rally ack-inbox,', 'or with the answer'],
        kind: 'good',
      },
      answered: {
        at: [1, 1],
        title: 'answered',
        lines: ['rally reply: a message', 'that goes the same way'],
        kind: 'good',
      },
      sent: { at: [0, 1], title: 'rally sent', lines: ['the sender sees', 'how far it got'] },
    },
    arrows: [
      ['sender', 'stored'],
      ['stored', 'told', 'by a hook'],
      ['told', 'acknowledged'],
      ['acknowledged', 'answered'],
      ['answered', 'sent'],
    ],
  },
  storage: {
    about: 'Three ways to write into the files of a room, and readers that take no lock',
    boxes: {
      record: { at: [0, 0], title: 'a record', lines: ['takes the next number', 'under one lock'] },
      message: { at: [0, 1], title: 'a message, a heartbeat', lines: ['one line is appended,', 'without a lock'] },
      presence: { at: [0, 2], title: 'presence, positions', lines: ['the whole file is', 'replaced by a new one'] },
      log: { at: [1, 0], title: 'changes.jsonl', lines: ['the log, with revision'] },
      inbox: { at: [1, 1], title: 'inbox, task-heartbeats', lines: ['a file for each tool'] },
      sessions: { at: [1, 2], title: 'sessions', lines: ['a file for each session'] },
      reader: {
        at: [2, 1],
        title: 'every reader',
        lines: ['takes no lock, waits for', 'nobody, skips damage'],
        kind: 'good',
      },
    },
    arrows: [
      ['record', 'log', 'lock'],
      ['message', 'inbox', 'append'],
      ['presence', 'sessions', 'rename'],
      ['log', 'reader'],
      ['inbox', 'reader'],
      ['sessions', 'reader'],
    ],
  },
  security: {
    about: 'What reaches an agent through rally, and what each source may decide',
    boxes: {
      peers: { at: [0, 0], title: 'other agents', lines: ['texts, names,', 'paths of files'] },
      repository: { at: [0, 1], title: 'the repository', lines: ['.rally.json: quieter', 'or stricter, no more'] },
      user: { at: [0, 2], title: 'you', lines: ['configuration, environment,', 'commands that you type'] },
      rally: { at: [1, 1], title: 'rally', lines: ['cleans, cuts, quotes;', 'runs nothing it is told'] },
      agent: { at: [2, 0], title: 'an agent', lines: ['information from others,', 'not instructions'], kind: 'good' },
      files: { at: [2, 1], title: 'files of your account', lines: ['in your home folder,', 'readable by you alone'] },
      network: {
        at: [2, 2],
        title: 'the network',
        lines: ['only when you ask: relay,', 'plugins, upgrade'],
        kind: 'bad',
      },
    },
    arrows: [
      ['peers', 'rally', 'data'],
      ['repository', 'rally'],
      ['user', 'rally', 'decides'],
      ['rally', 'agent', 'quoted'],
      ['rally', 'files'],
      ['rally', 'network'],
    ],
  },
}

import { Input } from '@mariozechner/pi-tui/dist/components/input.js'
import { cut, widthOf } from './cells.js'
import type { Pressed } from './keyboard.js'

/** A line that is typed at the bottom of the screen. */
export class Prompt {
  readonly #label: string
  readonly #line = new Input()
  readonly #onChange: ((text: string) => void) | undefined

  constructor({
    label,
    value = '',
    onSubmit,
    onCancel,
    onChange,
  }: {
    /** What is asked for; plain text. */
    readonly label: string
    readonly value?: string
    onSubmit(text: string): void
    onCancel(): void
    onChange?: (text: string) => void
  }) {
    this.#label = label
    this.#onChange = onChange
    this.#line.setValue(value)
    this.#line.onSubmit = onSubmit
    this.#line.onEscape = onCancel
  }

  press({ data }: Pressed): void {
    const before = this.#line.getValue()
    this.#line.handleInput(data)
    if (this.#line.getValue() !== before) this.#onChange?.(this.#line.getValue())
  }

  /** Label and line in so many columns; what is typed keeps at least half of them. */
  draw(columns: number): string {
    const label = cut(this.#label, Math.floor(columns / 2))
    // The library puts a mark of its own in front, which the label stands for.
    const [typed = ''] = this.#line.render(columns - widthOf(label) + 1)
    return label + typed.slice(1)
  }
}

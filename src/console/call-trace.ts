/** A symbol as the kernel prints it, `name+0xoffset/0xsize`; `? ` before it says that the unwinder is not sure. */
const symbol = /(\? )?(?<![\w.$])([A-Za-z_.$][\w.$]*)\+((?:0x)?[\da-f]+)\/((?:0x)?[\da-f]+)/g

/** A line that is part of a call trace, whole: addresses, symbols, modules, source places, unwinder's remarks. */
const frameLine =
  /^\s*(?:#\d+:? )?(?:Call Trace:|Backtrace:|Stack:|Caller\[[\da-f]+\]:|backtrace:)?\s*(?:[([]*[[<(][<\da-f>\s:x]{6,40}[\])>]+[)\]]*:?\s*)*(?:\? |\(|\[)?(?:[A-Za-z_.$][\w.$]*\+(?:0x)?[\da-f]+\/(?:0x)?[\da-f]+)/

/** arm since 5.18: `callee from caller+0x…`. */
const armFrame = /^\s*([A-Za-z_.$][\w.$]*) from ([A-Za-z_.$][\w.$]*)\+0x/

/** arm before: `[<address>] (callee) from [<address>] (caller+0x…)`. */
const oldArmFrame = /^\s*(?:Function entered at )?\[<[\da-f]+>\] \(([\w.$]+)(?:\+0x[\da-f/x]+)?\) from \[<[\da-f]+>\]/

/** A frame that a symboliser inlined: `name file.c:12 [inline]`. */
const inlineFrame = /^\s*(?:\[.*?\] )?(\? )?([A-Za-z_][\w.$]*) (?:\S+\/)*[\w.-]+\.[chS]:\d+ \[inline\]/

/** Only an address: part of a trace that nobody resolved. */
const bareFrame = /^\s*(?:\? )?\[<[\da-f]{8,16}>\](?: 0x[\da-f]+)?\s*$|^\s*0x[\da-f]{8,16}\s*$/

/** One function in a call trace. */
export interface Frame {
  readonly name: string
  /** Bytes from its start, and its size, when the line says so. */
  readonly offset?: number
  readonly size?: number
  /** False when the unwinder only guesses, or when it names the function behind one that does not return. */
  readonly sure: boolean
}

/** What one line of a trace adds, innermost first. Undefined when it is no such line. */
export function readFrames(text: string): readonly Frame[] | undefined {
  const arm = armFrame.exec(text) ?? oldArmFrame.exec(text)
  if (arm !== null) return [{ name: arm[1] ?? '', sure: true }]
  if (text.includes('+')) {
    if (!frameLine.test(text)) return undefined
    const unreliable = text.includes('(unreliable)')
    return [...text.matchAll(symbol)].map((match) => {
      const frame = frameOf(match)
      return { ...frame, sure: match[1] === undefined && !unreliable && frame.offset !== 0 }
    })
  }
  const inlined = inlineFrame.exec(text)
  if (inlined !== null) return [{ name: inlined[2] ?? '', sure: inlined[1] === undefined }]
  return bareFrame.test(text) ? [] : undefined
}

function frameOf(match: RegExpExecArray): Frame {
  const offset = Number.parseInt(match[3] ?? '', 16)
  return { name: match[2] ?? '', offset, size: Number.parseInt(match[4] ?? '', 16), sure: true }
}

/** Where each architecture prints the function that the exception hit. */
const programCounter: readonly RegExp[] = [
  /^\s*[ER]IP: (?:[\da-f]{4}:)?(?:\[<[\da-f]+>\]\s*)*(?:\[<[\da-f]+>\] )?([A-Za-z_.$][\w.$]*)\+0x/,
  /^\s*RIP \[?<?[\da-f]*>?\]?\s*([A-Za-z_.$][\w.$]*)\+0x/,
  /^\s*EIP(?: is at|: 0060:) ([A-Za-z_.$][\w.$]*)\+0x/,
  /^\s*IP: (?:\[<[\da-f]+>\] )?([A-Za-z_.$][\w.$]*)\+0x/,
  /^\s*EIP: ([A-Za-z_.$][\w.$]*)\+0x/,
  /^\s*(?:PC is at|pc :|epc :) (?:\[<[\da-f]+>\] )?([A-Za-z_.$][\w.$]*)\+0x/,
  /^\s*epc\s*: [\da-f]+ ([A-Za-z_.$][\w.$]*)\+0x/,
  /^\s*NIP \[[\da-f]+\] \.?([A-Za-z_$][\w.$]*)\+0x/,
  /^\s*(?:Krnl PSW|PSW) ?: [\da-f]+ [\da-f]+ \(([A-Za-z_.$][\w.$]*)\+0x/,
  /^\s*(?:TPC|PC|pc|ip|era|ERA)\s*: ?<?[[<]?(?:[\da-f]+)?[\]>]*:? ?([A-Za-z_.$][\w.$]*)\+0x/,
  /^\s*IAOQ\[0\]: ([A-Za-z_.$][\w.$]*)\+0x/,
]

/** The function in a line that shows the program counter. */
export function readProgramCounter(text: string): Frame | undefined {
  for (const pattern of programCounter) {
    const match = pattern.exec(text)
    if (match !== null) return lastFrame(text, match[1] ?? '')
  }
  return undefined
}

/** The symbol of that name in a line, with its offset. */
function lastFrame(text: string, name: string): Frame {
  const match = [...text.matchAll(symbol)].find((found) => found[2] === name)
  return match === undefined ? { name, sure: true } : frameOf(match)
}

/** Inside a trace, the kernel function that an exception hit; undefined for every other line. */
export function readInterruptedFrame(text: string): readonly Frame[] | undefined {
  const match = /^\s*RIP: (?:0010:)?(?:\[<[\da-f]+>\]\s*)*([A-Za-z_.$][\w.$]*)\+0x/.exec(text)
  return match === null ? undefined : [lastFrame(text, match[1] ?? '')]
}

/** Functions that only report: they stand above the code that is at fault in almost every trace. */
const reporters =
  /^(?:_*dump_stack(?:_lvl|_print_info)?|show_stack(?:_log_lvl)?|dump_backtrace(?:_entry)?|show_trace(?:_log_lvl)?|_*show_regs?|unwind_backtrace|walk_stackframe|__warn(?:_printk)?|warn_slowpath_\w+|report_bug|fixup_bug|handle_bug|do_trap|do_error_trap|exc_invalid_op|asm_exc_invalid_op|invalid_op|do_invalid_op|panic|check_panic_on_warn|end_report|report_enabled|do_trap_break|do_trap_insn_illegal|ret_from_exception|bug_handler|bug_brk_handler|call_break_hook|do_debug_exception|brk_handler|program_check_exception|program_check_common|do_program_check|print_report|print_address_description(?:\.\w+)*|kasan_\w+|__kasan_\w+|_*kasan_report|__asan_\w+|check_memory_region\w*|check_region_inline|__hwasan_\w+|kfence_\w+|kmsan_\w+|__msan_\w+|ubsan_\w+|__ubsan_\w+|val_to_string|___might_sleep|__might_sleep|__might_resched|__schedule_bug|check_preemption_disabled|debug_smp_processor_id|__this_cpu_preempt_check|lockdep_rcu_suspicious|print_\w*(?:bug|irq|usage|lock|deadlock|circular)\w*|check_\w*(?:deadlock|noncircular|irq|lock|usage|prev)\w*|validate_chain|__lock_acquire|lock_acquire|mark_lock(?:_irq)?|mark_usage|register_lock_class|assign_lock_class|refcount_\w+|debug_print_object|debug_object_\w+|debug_check_no_obj_freed|__debug_\w+|__list_(?:add|del_entry)_valid\w*|bad_page|die|__die|oops_end|no_context|bad_area\w*|__bad_area\w*|do_page_fault|__do_page_fault|exc_page_fault|asm_exc_page_fault|page_fault|do_DataAbort|__dabt_svc|el1_\w+|el1h_\w+|do_mem_abort|do_translation_fault|die_kernel_fault|__do_kernel_fault|rcu_dump_cpu_stacks|nmi_\w*backtrace\w*|trigger_\w*backtrace\w*|arch_trigger_\w+|watchdog_timer_fn|warn_alloc|dump_header|oom_kill_process|out_of_memory)$/

/** A trace without the reporting functions at its top, unless there is nothing else. */
export function withoutReporters(trace: readonly Frame[]): readonly Frame[] {
  const first = trace.findIndex(
    ({ name }) => !reporters.test(name.replace(/(?:\.(?:isra|constprop|part|cold|llvm)\b[.\d]*)+$/, '')),
  )
  return first === -1 ? trace : trace.slice(first)
}

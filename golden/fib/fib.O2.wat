(module
  (import "rv" "ecall" (func $rv.host_ecall (param $mailbox i32) (result i32)))
  (memory $memory (export "memory") 1)

  ;; fib  fib.c:4  0x11000..0x1102c  (sp, a0) -> a0, may exit
  (func $fib (param $sp i64) (param $a0 i64) (result i64 i32)
    (local $sp.2 i64) (local $a0.2 i64) (local $status i32)
    (local.set $sp.2 (i64.sub (local.get $sp) (i64.const 32)))          ;; 11000  addi sp,sp,-32
    (if (i64.le_s (local.get $a0) (i64.const 1))                        ;; 1100c  bge a5,a0,0x11022
      (then (return (local.get $a0) (i32.const 0))))                    ;; 1102a  ret
    (if (i64.lt_u (local.get $sp) (global.get $state.stack_limit))      ;; 11010  addiw a0,a0,-1
      (then
        (return
          (call $exit.sp.a0->i64 (i32.const 3) (i64.const 0x11000) (local.get $sp)
            (local.get $a0)))))
    (block $owe (block $out.2 (block $out.1
      (local.set $a0.2                                                  ;; 11012  call fib
        (br_if $out.1
          (local.tee $status
            (call $fib
              (local.get $sp.2)
              (i64.extend_i32_s (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 1)))))))
      (return                                                           ;; 1102a  ret
        (i64.extend_i32_s                                               ;; 11020  addw a0,a0,s1
          (i32.add
            (i32.wrap_i64
              (br_if $out.2                                             ;; 1101c  call fib
                (local.tee $status
                  (call $fib
                    (local.get $sp.2)
                    (i64.extend_i32_s (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 2)))))))
            (i32.wrap_i64 (local.get $a0.2))))
        (i32.const 0)))
      (call $give.ra.s0 (i64.const 0x11016) (local.get $a0))            ;; 11012  call fib
      (br $owe))
      (call $give.ra.s1 (i64.const 0x11020) (local.get $a0.2)))         ;; 1101c  call fib
    (call $owe.s1.s0.ra (i64.add (local.get $sp.2) (i64.const 8)))
    (i64.const 0) (local.get $status))

  ;; main  fib.c:10  0x1102c..0x1104a  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $ra i64) (local $status i32)
    (block $leave (result i64)
      (if                                                               ;; 1103e  call print_line
        (local.tee $status
          (call $print_line
            (local.tee $sp (i64.sub (local.get $sp) (i64.const 16)))    ;; 1102c  addi sp,sp,-16
            (i64.const 0x12000)
            (if                                                         ;; 11032  call fib
              (local.tee $status (call $fib (local.get $sp) (i64.const 27)))
              (then (br $leave (i64.const 0x11036))))))
        (then (br $leave (i64.const 0x11042))))
      (return (i64.const 0) (i32.const 0)))                             ;; 11048  ret
    (local.set $ra)
    (call $give.ra (local.get $ra))
    (call $owe.ra (i64.add (local.get $sp) (i64.const 8)))
    (i64.const 0) (local.get $status))

  ;; print  print.c:3  0x1104a..0x11074  (sp, a0), may exit
  (func $print (param $sp i64) (param $a0 i64) (result i32)
    (local $a2 i64) (local $a0.2 i32) (local $status i32)
    (local.set $sp (i64.sub (local.get $sp) (i64.const 16)))            ;; 1104a  addi sp,sp,-16
    (if (i32.load8_u                                                    ;; 11054  beqz a5,0x11070
        (i32.sub (local.tee $a0.2 (i32.wrap_i64 (local.get $a0))) (i32.const 0x10000)))
      (then
        (local.set $a2 (i64.const 0))
        (loop $Le
          (br_if $Le                                                    ;; 11062  bnez a5,0x11058
            (i32.load8_u                                                ;; 1105e  lbu a5,0(a5)
              (i32.sub
                (i32.add                                                ;; 1105a  add a5,a1,a2
                  (local.get $a0.2)
                  (i32.wrap_i64 (local.tee $a2 (i64.add (local.get $a2) (i64.const 1)))))
                (i32.const 0x10000))))))
      (else (local.set $a2 (i64.const 0))))
    (block $out.1
      (br_if $out.1                                                     ;; 11066  call write
        (local.tee $status
          (call $write (local.get $sp) (i64.const 1) (local.get $a0) (local.get $a2))))
      (return (i32.const 0)))                                           ;; 1106e  ret
    (call $give.ra (i64.const 0x1106a))                                 ;; 11066  call write
    (call $owe.ra (i64.add (local.get $sp) (i64.const 8)))
    (local.get $status))

  ;; print_number  print.c:10  0x11074..0x110c6  (sp, a0), may exit
  (func $print_number (param $sp i64) (param $a0 i64) (result i32)
    (local $a4 i64) (local $a0.2 i64) (local $a5 i64) (local $a0.3 i32) (local $status i32)
    (i32.store8 offset=31                                               ;; 11084  sb zero,31(sp)
      (i32.sub
        (i32.wrap_i64 (local.tee $sp (i64.sub (local.get $sp) (i64.const 48))))
        (i32.const 0x10000))
      (i32.const 0))
    (local.set $a0.2 (i64.add (local.get $sp) (i64.const 31)))          ;; 11088  addi a0,sp,31
    (local.set $a5                                                      ;; 11082  sub a5,a5,a4
      (i64.sub
        (i64.xor (local.tee $a4 (i64.shr_s (local.get $a0) (i64.const 63))) (local.get $a0))
        (local.get $a4)))
    (loop $L1c
      (i32.store8                                                       ;; 1109c  sb a4,0(a0)
        (i32.sub
          (local.tee $a0.3
            (i32.wrap_i64 (local.tee $a0.2 (i64.sub (local.get $a0.2) (i64.const 1)))))
          (i32.const 0x10000))
        (i32.add (i32.wrap_i64 (i64.rem_u (local.get $a5) (i64.const 10))) (i32.const 48)))
      (if (i64.gt_u (local.get $a5) (i64.const 9))                      ;; 110a6  bltu a2,a4,0x11090
        (then
          (local.set $a5 (i64.div_u (local.get $a5) (i64.const 10)))    ;; 110a2  divu a5,a5,a3
          (br $L1c))))                                                  ;; 110a6  bltu a2,a4,0x11090
    (if (i64.lt_s (local.get $a0) (i64.const 0))                        ;; 110aa  bltz a6,0x110b8
      (then
        (i32.store8                                                     ;; 110bc  sb a5,-1(a0)
          (i32.sub (local.get $a0.3) (i32.const 0x10001))
          (i32.const 45))
        (local.set $a0.2 (i64.sub (local.get $a0.2) (i64.const 1)))))   ;; 110c0  addi a0,a1,-2
    (block $out.1
      (br_if $out.1                                                     ;; 110ae  call print
        (local.tee $status (call $print (local.get $sp) (local.get $a0.2))))
      (return (i32.const 0)))                                           ;; 110b6  ret
    (call $give.ra (i64.const 0x110b2))                                 ;; 110ae  call print
    (call $owe.ra (i64.add (local.get $sp) (i64.const 40)))
    (local.get $status))

  ;; print_line  print.c:24  0x110c6..0x110f4  (sp, a0, a1), may exit
  (func $print_line (param $sp i64) (param $a0 i64) (param $a1 i64) (result i32)
    (local $ra i64) (local $status i32)
    (block $owe (block $leave.2 (result i64) (block $leave (result i64)
      (if                                                               ;; 110ce  call print
        (local.tee $status
          (call $print (local.tee $sp (i64.sub (local.get $sp) (i64.const 16))) (local.get $a0)))
        (then (br $leave (i64.const 0x110d2))))
      (if                                                               ;; 110d8  call print
        (local.tee $status (call $print (local.get $sp) (i64.const 0x12008)))
        (then (br $leave (i64.const 0x110dc))))
      (if                                                               ;; 110de  call print_number
        (local.tee $status (call $print_number (local.get $sp) (local.get $a1)))
        (then (br $leave.2 (i64.const 0x110e2))))
      (if                                                               ;; 110e8  call print
        (local.tee $status (call $print (local.get $sp) (i64.const 0x12010)))
        (then (br $leave.2 (i64.const 0x110ec))))
      (return (i32.const 0)))                                           ;; 110f2  ret
      (local.set $ra)
      (call $give.ra.s0 (local.get $ra) (local.get $a1))
      (br $owe))
      (local.set $ra)
      (call $give.ra (local.get $ra)))
    (call $owe.s0.ra (local.get $sp))
    (local.get $status))

  ;; _start  start.S:11  0x110f4..0x1110a  (sp), may exit
  (func $_start (param $sp i64) (result i32)
    (local $status i32)
    (global.set $state.gp (i64.const 78068))                            ;; 110f4  auipc gp,0x2
    (global.set $state.gp (i64.const 79890))                            ;; 110f8  addi gp,gp,1822
    (block $out.2 (block $out.1
      (return                                                           ;; 11106  ecall
        (call $exit.ra.sp.s0.a0.a7
          (i32.const 1) (i64.const 0x1110a) (i64.const 0x11102) (local.get $sp) (i64.const 0)
          (br_if $out.2
            (local.tee $status
              (call $rv.ecall
                (i64.const 93)
                (br_if $out.1                                           ;; 110fe  call main
                  (local.tee $status (call $main (local.get $sp))))
                (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0))))
          (i64.const 93))))
      (call $give.ra (i64.const 0x11102))                               ;; 110fe  call main
      (return (local.get $status)))
    ;; 11106  ecall
    (call $give.pc.sp.ra.s0 (i64.const 0x1110a) (local.get $sp) (i64.const 0x11102) (i64.const 0))
    (local.get $status))

  ;; write  start.S:23  0x1110a..0x11114  (sp, a0, a1, a2), may exit
  (func $write (param $sp i64) (param $a0 i64) (param $a1 i64) (param $a2 i64) (result i32)
    (local $status i32)
    (block $out.1
      (drop                                                             ;; 1110e  ecall
        (br_if $out.1
          (local.tee $status
            (call $rv.ecall (i64.const 64) (local.get $a0) (local.get $a1) (local.get $a2)
              (i64.const 0) (i64.const 0) (i64.const 0)))))
      (return (i32.const 0)))                                           ;; 11112  ret
    (call $give.pc.sp (i64.const 0x11112) (local.get $sp))              ;; 1110e  ecall
    (local.get $status))

  ;; ---- Entering and leaving ----

  (func $enter.sp->.status (param $entry i32) (result i32)
    (local $ra i64) (local $sp i64) (local $status i32)
    (local.set $ra (global.get $state.ra))
    (local.set $sp (global.get $state.sp))
    (call_indirect $entries (param i64) (result i32)
      (global.get $state.sp)
      (local.get $entry))
    (local.set $status)
    (if (local.get $status)
      (then (return (local.get $status))))
    (global.set $state.sp (local.get $sp))
    (global.set $state.pc (i64.and (local.get $ra) (i64.const -2)))
    (i32.const 8))

  (func $enter.sp->a0.status (param $entry i32) (result i32)
    (local $ra i64) (local $sp i64) (local $status i32)
    (local.set $ra (global.get $state.ra))
    (local.set $sp (global.get $state.sp))
    (call_indirect $entries (param i64) (result i64 i32)
      (global.get $state.sp)
      (local.get $entry))
    (local.set $status)
    (if (local.get $status)
      (then (return (local.get $status))))
    (global.set $state.a0)
    (global.set $state.sp (local.get $sp))
    (global.set $state.pc (i64.and (local.get $ra) (i64.const -2)))
    (i32.const 8))

  (func $enter.sp.a0->.status (param $entry i32) (result i32)
    (local $ra i64) (local $sp i64) (local $status i32)
    (local.set $ra (global.get $state.ra))
    (local.set $sp (global.get $state.sp))
    (call_indirect $entries (param i64 i64) (result i32)
      (global.get $state.sp)
      (global.get $state.a0)
      (local.get $entry))
    (local.set $status)
    (if (local.get $status)
      (then (return (local.get $status))))
    (global.set $state.sp (local.get $sp))
    (global.set $state.pc (i64.and (local.get $ra) (i64.const -2)))
    (i32.const 8))

  (func $enter.sp.a0->a0.status (param $entry i32) (result i32)
    (local $ra i64) (local $sp i64) (local $status i32)
    (local.set $ra (global.get $state.ra))
    (local.set $sp (global.get $state.sp))
    (call_indirect $entries (param i64 i64) (result i64 i32)
      (global.get $state.sp)
      (global.get $state.a0)
      (local.get $entry))
    (local.set $status)
    (if (local.get $status)
      (then (return (local.get $status))))
    (global.set $state.a0)
    (global.set $state.sp (local.get $sp))
    (global.set $state.pc (i64.and (local.get $ra) (i64.const -2)))
    (i32.const 8))

  (func $enter.sp.a0.a1->.status (param $entry i32) (result i32)
    (local $ra i64) (local $sp i64) (local $status i32)
    (local.set $ra (global.get $state.ra))
    (local.set $sp (global.get $state.sp))
    (call_indirect $entries (param i64 i64 i64) (result i32)
      (global.get $state.sp)
      (global.get $state.a0)
      (global.get $state.a1)
      (local.get $entry))
    (local.set $status)
    (if (local.get $status)
      (then (return (local.get $status))))
    (global.set $state.sp (local.get $sp))
    (global.set $state.pc (i64.and (local.get $ra) (i64.const -2)))
    (i32.const 8))

  (func $enter.sp.a0.a1.a2->.status (param $entry i32) (result i32)
    (local $ra i64) (local $sp i64) (local $status i32)
    (local.set $ra (global.get $state.ra))
    (local.set $sp (global.get $state.sp))
    (call_indirect $entries (param i64 i64 i64 i64) (result i32)
      (global.get $state.sp)
      (global.get $state.a0)
      (global.get $state.a1)
      (global.get $state.a2)
      (local.get $entry))
    (local.set $status)
    (if (local.get $status)
      (then (return (local.get $status))))
    (global.set $state.sp (local.get $sp))
    (global.set $state.pc (i64.and (local.get $ra) (i64.const -2)))
    (i32.const 8))

  (table $entering 7 7 funcref)
  (elem (table $entering) (i32.const 0) func
    $enter.sp.a0->a0.status $enter.sp->a0.status $enter.sp.a0->.status $enter.sp.a0->.status
    $enter.sp.a0.a1->.status $enter.sp->.status $enter.sp.a0.a1.a2->.status)

  (table $entries 7 7 funcref)
  (elem (table $entries) (i32.const 0) func
    $fib $main $print $print_number $print_line $_start $write)

  ;; The entry at a guest address: its place in the table, or -1.
  (func $rv.find (export "find") (param $pc i64) (result i32)
    (local $low i32) (local $high i32) (local $middle i32) (local $entry i32)
    (if (i64.gt_u (local.get $pc) (i64.const 0xffffffff))
      (then (return (i32.const -1))))
    (local.set $high (i32.const 7))
    (block $nowhere
      (loop $halve
        (br_if $nowhere (i32.ge_u (local.get $low) (local.get $high)))
        (local.set $middle
          (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)))
        (local.set $entry
          (i32.load offset=12352 (i32.shl (local.get $middle) (i32.const 2))))
        (if (i32.eq (local.get $entry) (i32.wrap_i64 (local.get $pc)))
          (then (return (local.get $middle))))
        (if (i32.lt_u (local.get $entry) (i32.wrap_i64 (local.get $pc)))
          (then (local.set $low (i32.add (local.get $middle) (i32.const 1))))
          (else (local.set $high (local.get $middle))))
        (br $halve)))
    (i32.const -1))

  ;; Enters by place in the table; returns why it left.
  (func $rv.enter (export "enter") (param $entry i32) (result i32)
    (local $status i32) (local $ra i64) (local $s0 i64) (local $s1 i64)
    (global.set $given (i64.const 0))
    (local.set $ra (global.get $state.ra))
    (local.set $s0 (global.get $state.s0))
    (local.set $s1 (global.get $state.s1))
    (local.set $status (call_indirect $entering (param i32) (result i32)
      (local.get $entry) (local.get $entry)))
    (if (i32.ne (local.get $status) (i32.const 8))
      (then
        (call $rv.settle (global.get $pending.ra) (local.get $ra))
        (global.set $pending.ra (i64.const 0))
        (call $rv.settle (global.get $pending.s0) (local.get $s0))
        (global.set $pending.s0 (i64.const 0))
        (call $rv.settle (global.get $pending.s1) (local.get $s1))
        (global.set $pending.s1 (i64.const 0))))
    (local.get $status))

  (func $exit.ra.sp.s0.a0.a7 (param $status i32) (param $pc i64) (param $ra i64) (param $sp i64)
    (param $s0 i64) (param $a0 i64) (param $a7 i64) (result i32)
    (global.set $state.pc (local.get $pc))
    (global.set $given (i64.const 0x102))
    (global.set $state.ra (local.get $ra))
    (global.set $state.sp (local.get $sp))
    (global.set $state.s0 (local.get $s0))
    (global.set $state.a0 (local.get $a0))
    (global.set $state.a7 (local.get $a7))
    (local.get $status))

  (func $exit.sp.a0->i64 (param $status i32) (param $pc i64) (param $sp i64) (param $a0 i64)
    (result i64 i32)
    (global.set $state.pc (local.get $pc))
    (global.set $state.sp (local.get $sp))
    (global.set $state.a0 (local.get $a0))
    (i64.const 0) (local.get $status))

  (func $give.pc.sp (param $pc i64) (param $sp i64)
    (global.set $state.pc (local.get $pc))
    (global.set $state.sp (local.get $sp)))

  (func $give.pc.sp.ra.s0 (param $pc i64) (param $sp i64) (param $ra i64) (param $s0 i64)
    (global.set $state.pc (local.get $pc))
    (global.set $state.sp (local.get $sp))
    (call $give.ra (local.get $ra))
    (call $give.s0 (local.get $s0)))

  (func $give.ra.s0 (param $ra i64) (param $s0 i64)
    (call $give.ra (local.get $ra))
    (call $give.s0 (local.get $s0)))

  (func $give.ra.s1 (param $ra i64) (param $s1 i64)
    (call $give.ra (local.get $ra))
    (call $give.s1 (local.get $s1)))

  (func $owe.s0.ra (param $from i64)
    (call $owe.s0 (local.get $from))
    (call $owe.ra (i64.add (local.get $from) (i64.const 8))))

  (func $owe.s1.s0.ra (param $from i64)
    (call $owe.s1 (local.get $from))
    (call $owe.s0 (i64.add (local.get $from) (i64.const 8)))
    (call $owe.ra (i64.add (local.get $from) (i64.const 16))))

  ;; Fills the slots of a list.
  (func $rv.settle (param $slot i64) (param $value i64)
    (if (i64.ne (local.get $slot) (i64.const 0))
      (then (return_call $rv.fill (local.get $slot) (local.get $value)))))

  ;; Fills a slot and the rest of its list.
  (func $rv.fill (param $slot i64) (param $value i64)
    (local $at i32) (local $next i64)
    (local.set $at (i32.sub (i32.wrap_i64 (local.get $slot)) (i32.const 0x10000)))
    (local.set $next (i64.load (local.get $at)))
    (i64.store (local.get $at) (local.get $value))
    (return_call $rv.settle (local.get $next) (local.get $value)))

  (func $give.ra (param $value i64)
    (global.set $state.ra
      (select
        (local.get $value)
        (global.get $state.ra)
        (i64.eqz (i64.and (global.get $given) (i64.const 0x2)))))
    (global.set $given (i64.or (global.get $given) (i64.const 0x2)))
    (call $rv.settle (global.get $pending.ra) (local.get $value))
    (global.set $pending.ra (i64.const 0)))

  (func $owe.ra (param $slot i64)
    (i64.store (i32.sub (i32.wrap_i64 (local.get $slot)) (i32.const 0x10000))
      (global.get $pending.ra))
    (global.set $pending.ra (local.get $slot)))

  (func $give.s0 (param $value i64)
    (global.set $state.s0
      (select
        (local.get $value)
        (global.get $state.s0)
        (i64.eqz (i64.and (global.get $given) (i64.const 0x100)))))
    (global.set $given (i64.or (global.get $given) (i64.const 0x100)))
    (call $rv.settle (global.get $pending.s0) (local.get $value))
    (global.set $pending.s0 (i64.const 0)))

  (func $owe.s0 (param $slot i64)
    (i64.store (i32.sub (i32.wrap_i64 (local.get $slot)) (i32.const 0x10000))
      (global.get $pending.s0))
    (global.set $pending.s0 (local.get $slot)))

  (func $give.s1 (param $value i64)
    (global.set $state.s1
      (select
        (local.get $value)
        (global.get $state.s1)
        (i64.eqz (i64.and (global.get $given) (i64.const 0x200)))))
    (global.set $given (i64.or (global.get $given) (i64.const 0x200)))
    (call $rv.settle (global.get $pending.s1) (local.get $value))
    (global.set $pending.s1 (i64.const 0)))

  (func $owe.s1 (param $slot i64)
    (i64.store (i32.sub (i32.wrap_i64 (local.get $slot)) (i32.const 0x10000))
      (global.get $pending.s1))
    (global.set $pending.s1 (local.get $slot)))

  ;; Which registers have been given, and which slots wait.
  (global $given (mut i64) (i64.const 0))
  (global $pending.ra (mut i64) (i64.const 0))
  (global $pending.s0 (mut i64) (i64.const 0))
  (global $pending.s1 (mut i64) (i64.const 0))

  ;; ---- The state: what registers hold while no function holds them ----
  (global $state.pc (export "pc") (mut i64) (i64.const 0))
  (global $state.frm (export "frm") (mut i32) (i32.const 0))
  (global $state.fflags (export "fflags") (mut i32) (i32.const 0))
  (global $state.stack_limit (export "stack_limit") (mut i64) (i64.const 0))
  (global $state.ra (export "ra") (mut i64) (i64.const 0))
  (global $state.sp (export "sp") (mut i64) (i64.const 0))
  (global $state.gp (export "gp") (mut i64) (i64.const 0))
  (global $state.tp (export "tp") (mut i64) (i64.const 0))
  (global $state.t0 (export "t0") (mut i64) (i64.const 0))
  (global $state.t1 (export "t1") (mut i64) (i64.const 0))
  (global $state.t2 (export "t2") (mut i64) (i64.const 0))
  (global $state.s0 (export "s0") (mut i64) (i64.const 0))
  (global $state.s1 (export "s1") (mut i64) (i64.const 0))
  (global $state.a0 (export "a0") (mut i64) (i64.const 0))
  (global $state.a1 (export "a1") (mut i64) (i64.const 0))
  (global $state.a2 (export "a2") (mut i64) (i64.const 0))
  (global $state.a3 (export "a3") (mut i64) (i64.const 0))
  (global $state.a4 (export "a4") (mut i64) (i64.const 0))
  (global $state.a5 (export "a5") (mut i64) (i64.const 0))
  (global $state.a6 (export "a6") (mut i64) (i64.const 0))
  (global $state.a7 (export "a7") (mut i64) (i64.const 0))
  (global $state.s2 (export "s2") (mut i64) (i64.const 0))
  (global $state.s3 (export "s3") (mut i64) (i64.const 0))
  (global $state.s4 (export "s4") (mut i64) (i64.const 0))
  (global $state.s5 (export "s5") (mut i64) (i64.const 0))
  (global $state.s6 (export "s6") (mut i64) (i64.const 0))
  (global $state.s7 (export "s7") (mut i64) (i64.const 0))
  (global $state.s8 (export "s8") (mut i64) (i64.const 0))
  (global $state.s9 (export "s9") (mut i64) (i64.const 0))
  (global $state.s10 (export "s10") (mut i64) (i64.const 0))
  (global $state.s11 (export "s11") (mut i64) (i64.const 0))
  (global $state.t3 (export "t3") (mut i64) (i64.const 0))
  (global $state.t4 (export "t4") (mut i64) (i64.const 0))
  (global $state.t5 (export "t5") (mut i64) (i64.const 0))
  (global $state.t6 (export "t6") (mut i64) (i64.const 0))
  (global $state.ft0 (export "ft0") (mut f64) (f64.const 0))
  (global $state.ft1 (export "ft1") (mut f64) (f64.const 0))
  (global $state.ft2 (export "ft2") (mut f64) (f64.const 0))
  (global $state.ft3 (export "ft3") (mut f64) (f64.const 0))
  (global $state.ft4 (export "ft4") (mut f64) (f64.const 0))
  (global $state.ft5 (export "ft5") (mut f64) (f64.const 0))
  (global $state.ft6 (export "ft6") (mut f64) (f64.const 0))
  (global $state.ft7 (export "ft7") (mut f64) (f64.const 0))
  (global $state.fs0 (export "fs0") (mut f64) (f64.const 0))
  (global $state.fs1 (export "fs1") (mut f64) (f64.const 0))
  (global $state.fa0 (export "fa0") (mut f64) (f64.const 0))
  (global $state.fa1 (export "fa1") (mut f64) (f64.const 0))
  (global $state.fa2 (export "fa2") (mut f64) (f64.const 0))
  (global $state.fa3 (export "fa3") (mut f64) (f64.const 0))
  (global $state.fa4 (export "fa4") (mut f64) (f64.const 0))
  (global $state.fa5 (export "fa5") (mut f64) (f64.const 0))
  (global $state.fa6 (export "fa6") (mut f64) (f64.const 0))
  (global $state.fa7 (export "fa7") (mut f64) (f64.const 0))
  (global $state.fs2 (export "fs2") (mut f64) (f64.const 0))
  (global $state.fs3 (export "fs3") (mut f64) (f64.const 0))
  (global $state.fs4 (export "fs4") (mut f64) (f64.const 0))
  (global $state.fs5 (export "fs5") (mut f64) (f64.const 0))
  (global $state.fs6 (export "fs6") (mut f64) (f64.const 0))
  (global $state.fs7 (export "fs7") (mut f64) (f64.const 0))
  (global $state.fs8 (export "fs8") (mut f64) (f64.const 0))
  (global $state.fs9 (export "fs9") (mut f64) (f64.const 0))
  (global $state.fs10 (export "fs10") (mut f64) (f64.const 0))
  (global $state.fs11 (export "fs11") (mut f64) (f64.const 0))
  (global $state.ft8 (export "ft8") (mut f64) (f64.const 0))
  (global $state.ft9 (export "ft9") (mut f64) (f64.const 0))
  (global $state.ft10 (export "ft10") (mut f64) (f64.const 0))
  (global $state.ft11 (export "ft11") (mut f64) (f64.const 0))

  ;; A system call: number and arguments into the mailbox, the result out of it.
  (func $rv.ecall
    (param $a7 i64) (param $a0 i64) (param $a1 i64) (param $a2 i64) (param $a3 i64)
    (param $a4 i64) (param $a5 i64) (result i64 i32) (local $status i32)
    (i64.store (i32.const 0x3000) (local.get $a0))
    (i64.store offset=8 (i32.const 0x3000) (local.get $a1))
    (i64.store offset=16 (i32.const 0x3000) (local.get $a2))
    (i64.store offset=24 (i32.const 0x3000) (local.get $a3))
    (i64.store offset=32 (i32.const 0x3000) (local.get $a4))
    (i64.store offset=40 (i32.const 0x3000) (local.get $a5))
    (i64.store offset=56 (i32.const 0x3000) (local.get $a7))
    (call $rv.host_ecall (i32.const 0x3000))
    (local.set $status)
    (i64.load (i32.const 0x3000))
    (local.get $status))

  ;; ---- The program's bytes ----
  (data (i32.const 0x0) ;; guest 0x10000
    "\7fELF\02\01\01\00\00\00\00\00\00\00\00\00"
    "\02\00\f3\00\01\00\00\00\f4\10\01\00\00\00\00\00"
    "@\00\00\00\00\00\00\00@2\00\00\00\00\00\00"
    "\05\00\00\00@\008\00\05\00@\00\0f\00\0e\00"
    "\03\00\00p\04\00\00\00\12 \00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
    "\00\00\00\00\00S\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
    "\01\00\00\00\00\00\00\00\01\00\00\00\04\00\00\00\00\00\00\00\00\00\00\00\00\00"
    "\01\00\00\00\00\00\00\00\01\00\00\00\00\00"
    "X\01\00\00\00\00\00\00X\01\00\00\00\00\00\00\00"
    "\10\00\00\00\00\00\00\01\00\00\00\05\00\00\00\00"
    "\10\00\00\00\00\00\00\00\10\01\00\00\00\00\00\00"
    "\10\01\00\00\00\00\00\14\01\00\00\00\00\00\00"
    "\14\01\00\00\00\00\00\00\00\10\00\00\00\00\00\00"
    "\01\00\00\00\04\00\00\00\00 \00\00\00\00\00\00\00"
    " \01\00\00\00\00\00\00 \01\00\00\00\00\00"
    "\12\00\00\00\00\00\00\00\12\00\00\00\00\00\00\00\00"
    "\10\00\00\00\00\00\00Q\e5td\06\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
    "\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00"
    "\00\10")
  (data (i32.const 0x1000) ;; guest 0x11000
    "\01\11\06\ec\"\e8&\e4*\84\85Gc\db\a7\00"
    "}5\ef\f0\ff\fe\aa\84\1b\05\e4\ff\ef\f0_\fe%\9d\e2`Bd\a2d\05a\82\80A\11\06\e4"
    "mE\ef\f0\ff\fc\aa\85Ie\13\05\05\00\ef\00"
    "\80\08\01E\a2`A\01\82\80A\11\06\e4\aa\85\83G\05\00"
    "\91\cf\01F\05\06\b3\87\c5\00\83\c7\07\00"
    "\fd\fb\05E\ef\00@\n\a2`A\01\82\80\01F\cd\bfyq\06\f4*\88\13W\f5C\b3G\a7\00"
    "\99\8f\a3\0f\01\00\13\05\f1\01\a9F%F\aa\85}\153\f7\d7\02\1b\07\07\03#\00"
    "\e5\00>\87\b3\d7\d7\02\e3e\e6\fecG\08\00"
    "\ef\f0\df\f9\a2pEa\82\80\93\07\d0\02\a3\0f\f5\fe\13\85\e5\ff\ed\b7A\11\06\e4"
    "\"\e0.\84\ef\f0\df\f7Ie\13\05\85\00\ef\f0?\f7\"\85\ef\f0\7f\f9Ie\13\05\05\01"
    "\ef\f0?\f6\a2`\02dA\01\82\80\97!\00\00\93\81\e1q\01D\ef\f0\ff\f2\93\08\d0\05"
    "s\00\00\00\93\08\00\04s\00\00\00\82\80")
  (data (i32.const 0x2000) ;; guest 0x12000
    "fib(27)\00 = \00\00\00\00\00\n")
  ;; Where the dispatcher can enter, 4 bytes an address.
  (data (i32.const 0x3040) ;; guest 0x13040
    "\00\10\01\00,\10\01\00J\10\01\00t\10\01\00"
    "\c6\10\01\00\f4\10\01\00\n\11\01\00")
)

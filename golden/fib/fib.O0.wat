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

  ;; fib  fib.c:4  0x11000..0x1102c  (sp, ra, a0) -> a0, may exit
  (func $fib (param $sp i64) (param $ra i64) (param $a0 i64) (result i64 i32)
    (local $a0.2 i64) (local $status i32)
    (if (i64.lt_u (local.get $sp) (global.get $state.stack_limit))      ;; 11000  addi sp,sp,-32
      (then
        (return
          (call $exit.ra.sp.a0->i64 (i32.const 3) (i64.const 0x11000) (local.get $ra)
            (local.get $sp) (local.get $a0)))))
    (i64.store offset=24                                                ;; 11002  sd ra,24(sp)
      (i32.sub
        (i32.wrap_i64 (local.tee $sp (i64.sub (local.get $sp) (i64.const 32))))
        (i32.const 0x10000))
      (local.get $ra))
    (i64.store offset=16                                                ;; 11004  sd s0,16(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (global.get $state.s0))
    (i64.store offset=8                                                 ;; 11006  sd s1,8(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (global.get $state.s1))
    (block $leave (result i64)
      (if (i64.gt_s (local.get $a0) (i64.const 1))                      ;; 1100c  bge a5,a0,0x11022
        (then
          (global.set $state.s0 (local.get $a0))                        ;; 11012  call fib
          (global.set $state.s1                                         ;; 1101c  call fib
            (local.tee $a0.2                                            ;; 11012  call fib
              (br_if $leave
                (local.tee $status
                  (call $fib
                    (local.get $sp)
                    (i64.const 0x11016)
                    (i64.extend_i32_s (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 1))))))))
          (local.set $a0                                                ;; 11020  addw a0,a0,s1
            (i64.extend_i32_s
              (i32.add
                (i32.wrap_i64
                  (br_if $leave                                         ;; 1101c  call fib
                    (local.tee $status
                      (call $fib
                        (local.get $sp)
                        (i64.const 0x11020)
                        (i64.extend_i32_s                               ;; 11018  addiw a0,s0,-2
                          (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 2)))))))
                (i32.wrap_i64 (local.get $a0.2)))))))
      (global.set $state.s0                                             ;; 1102a  ret
        (i64.load offset=16 (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))))
      (global.set $state.s1
        (i64.load offset=8 (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))))
      (return (local.get $a0) (i32.const 0)))
    (local.get $status))

  ;; main  fib.c:10  0x1102c..0x1104a  (sp, ra) -> a0, may exit
  (func $main (param $sp i64) (param $ra i64) (result i64 i32)
    (local $status i32)
    (i64.store offset=8                                                 ;; 1102e  sd ra,8(sp)
      (i32.sub
        (i32.wrap_i64 (local.tee $sp (i64.sub (local.get $sp) (i64.const 16))))
        (i32.const 0x10000))
      (local.get $ra))
    (block $leave (result i64)
      (block $leave.none
        (br_if $leave.none                                              ;; 1103e  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (i64.const 0x11042)
              (i64.const 0x12000)
              (br_if $leave                                             ;; 11032  call fib
                (local.tee $status
                  (call $fib (local.get $sp) (i64.const 0x11036) (i64.const 27)))))))
        (return (i64.const 0) (i32.const 0)))                           ;; 11048  ret
      (return (i64.const 0) (local.get $status)))
    (local.get $status))

  ;; steps  0x11000..0x1102c  (a0) -> a0
  (func $steps (param $a0 i64) (result i64)
    (local $a1 i64)
    (if (i64.ne (i64.and (local.get $a0) (i64.const 1)) (i64.const 0))  ;; 11006  bnez t0,0x11016
      (then (local.set $a1 (i64.const 0)))
      (else
        (local.set $a1 (i64.const 0))
        (loop $La
          (local.set $a1 (i64.add (local.get $a1) (i64.const 1)))       ;; 1100c  addi a1,a1,1
          (br_if $La                                                    ;; 11012  beqz t0,0x1100a
            (i64.eq
              (i64.and (local.tee $a0 (i64.shr_s (local.get $a0) (i64.const 1))) (i64.const 1))
              (i64.const 0))))))
    (loop $L16
      (if (i64.eq (local.get $a0) (i64.const 1))                        ;; 11018  beq a0,t1,0x11028
        (then (return (local.get $a1))))                                ;; 1102a  ret
      (local.set $a0                                                    ;; 11022  addi a0,a0,1
        (i64.add (i64.add (local.get $a0) (i64.shl (local.get $a0) (i64.const 1))) (i64.const 1)))
      (local.set $a1 (i64.add (local.get $a1) (i64.const 1)))           ;; 11024  addi a1,a1,1
      (loop $La.2
        (local.set $a1 (i64.add (local.get $a1) (i64.const 1)))         ;; 1100c  addi a1,a1,1
        (br_if $La.2                                                    ;; 11012  beqz t0,0x1100a
          (i64.eq
            (i64.and (local.tee $a0 (i64.shr_s (local.get $a0) (i64.const 1))) (i64.const 1))
            (i64.const 0))))
      (br $L16))
    (unreachable))

  ;; main  0x1102c..0x11062  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $ra i64) (local $status i32)
    (block $leave (result i64)
      (if                                                               ;; 11040  call print_line
        (local.tee $status
          (call $print_line
            (local.tee $sp (i64.sub (local.get $sp) (i64.const 16)))    ;; 1102c  addi sp,sp,-16
            (i64.sub (i64.const 73784) (i64.const 56))                  ;; 1103c  addi a0,a0,-56
            (call $steps (i64.const 27))))                              ;; 11032  call steps
        (then (br $leave (i64.const 0x11044))))
      (if                                                               ;; 11056  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.sub (i64.const 73806) (i64.const 68))                  ;; 11052  addi a0,a0,-68
            (call $steps (i64.const 1024))))                            ;; 11048  call steps
        (then (br $leave (i64.const 0x1105a))))
      (return (i64.const 0) (i32.const 0)))                             ;; 11060  ret
    (local.set $ra)
    (call $give.ra (local.get $ra))
    (call $owe.ra (i64.add (local.get $sp) (i64.const 8)))
    (i64.const 0) (local.get $status))

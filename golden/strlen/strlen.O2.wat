  ;; main  0x11000..0x11054  (sp, ra) -> a0, may exit
  (func $main (param $sp i64) (param $ra i64) (result i64 i32)
    (local $s0 i64) (local $s1 i64) (local $s2 i64) (local $s3 i64) (local $s4 i64)
    (local $sp.at i32) (local $s1.2 i64) (local $s3.2 i64) (local $s2.2 i64) (local $s1.3 i64)
    (local $a0 i64) (local $status i32)
    (local.set $s0 (global.get $state.s0))                              ;; 11000  addi sp,sp,-48
    (local.set $s2 (global.get $state.s2))
    (i64.store offset=24                                                ;; 11002  sd s1,24(sp)
      (local.tee $sp.at
        (i32.sub
          (i32.wrap_i64 (local.tee $sp (i64.sub (local.get $sp) (i64.const 48))))
          (i32.const 0x10000)))
      (local.tee $s1 (global.get $state.s1)))                           ;; 11000  addi sp,sp,-48
    (i64.store offset=8                                                 ;; 1100a  sd s3,8(sp)
      (local.get $sp.at)
      (local.tee $s3 (global.get $state.s3)))                           ;; 11000  addi sp,sp,-48
    (i64.store                                                          ;; 1100c  sd s4,0(sp)
      (local.get $sp.at)
      (local.tee $s4 (global.get $state.s4)))                           ;; 11000  addi sp,sp,-48
    (i64.store offset=40 (local.get $sp.at) (local.get $ra))            ;; 1100e  sd ra,40(sp)
    (i64.store offset=32 (local.get $sp.at) (local.get $s0))            ;; 11010  sd s0,32(sp)
    (i64.store offset=16 (local.get $sp.at) (local.get $s2))            ;; 11012  sd s2,16(sp)
    (local.set $s1.2 (i64.const 0x12050))
    (local.set $s3.2 (i64.const 0))
    (block $leave.none
      (loop $L1a
        (global.set $state.s1                                           ;; 11022  call strlen
          (local.tee $s1.3 (i64.add (local.get $s1.2) (i64.const 8))))  ;; 1101e  addi s1,s1,8
        (global.set $state.s2
          (local.tee $s2.2                                              ;; 1101a  ld s2,0(s1)
            (i64.load (i32.sub (i32.wrap_i64 (local.get $s1.2)) (i32.const 0x10000)))))
        (global.set $state.s3 (local.get $s3.2))
        (global.set $state.s4 (i64.const 0x12078))
        (global.set $state.s0                                           ;; 1102c  call print_line
          (local.tee $a0 (call $strlen (local.get $s2.2))))             ;; 11022  call strlen
        (br_if $leave.none
          (local.tee $status
            (call $print_line (local.get $sp) (i64.const 0x11030) (local.get $s2.2)
              (local.get $a0))))
        (local.set $s3.2 (i64.add (local.get $s3.2) (local.get $a0)))   ;; 11030  add s3,s3,s0
        (if (i64.ne (local.get $s1.2) (i64.const 0x12070))              ;; 11032  bne s1,s4,0x1101a
          (then
            (local.set $s1.2 (local.get $s1.3))
            (br $L1a))))
      (global.set $state.s3 (local.get $s3.2))                          ;; 1103e  call print_line
      (br_if $leave.none
        (local.tee $status
          (call $print_line (local.get $sp) (i64.const 0x11042) (i64.const 0x12000)
            (local.get $s3.2))))
      (global.set $state.s0 (local.get $s0))                            ;; 11052  ret
      (global.set $state.s1 (local.get $s1))
      (global.set $state.s2 (local.get $s2))
      (global.set $state.s3 (local.get $s3))
      (global.set $state.s4 (local.get $s4))
      (return (i64.const 0) (i32.const 0)))
    (i64.const 0)
    (local.get $status))

  ;; strlen  0x11054..0x1106e  (a0) -> a0
  (func $strlen (param $a0 i64) (result i64)
    (local $a5 i64)
    (if (i32.eqz                                                        ;; 11058  beqz a5,0x1106a
        (i32.load8_u (i32.sub (i32.wrap_i64 (local.tee $a5 (local.get $a0))) (i32.const 0x10000))))
      (then (return (i64.const 0))))                                    ;; 1106c  ret
    (loop $L8
      (br_if $L8                                                        ;; 11062  bnez a4,0x1105c
        (i32.load8_u                                                    ;; 1105c  lbu a4,1(a5)
          (i32.sub
            (i32.wrap_i64 (local.tee $a5 (i64.add (local.get $a5) (i64.const 1))))
            (i32.const 0x10000)))))
    (i64.sub (local.get $a5) (local.get $a0)))                          ;; 11068  ret

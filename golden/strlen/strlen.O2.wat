  ;; main  0x11000..0x11054  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $s1 i64) (local $s3 i64) (local $s2 i64) (local $a0 i64) (local $status i32)
    (local.set $sp (i64.sub (local.get $sp) (i64.const 48)))            ;; 11000  addi sp,sp,-48
    (local.set $s1 (i64.const 0x12050))
    (local.set $s3 (i64.const 0))
    (block $owe (block $out.2 (block $out.1
      (loop $L1a
        (local.set $s2                                                  ;; 1101a  ld s2,0(s1)
          (i64.load (i32.sub (i32.wrap_i64 (local.get $s1)) (i32.const 0x10000))))
        (local.set $s1 (i64.add (local.get $s1) (i64.const 8)))         ;; 1101e  addi s1,s1,8
        (br_if $out.1                                                   ;; 1102c  call print_line
          (local.tee $status
            (call $print_line
              (local.get $sp)
              (local.get $s2)
              (local.tee $a0 (call $strlen (local.get $s2))))))         ;; 11022  call strlen
        (local.set $s3 (i64.add (local.get $s3) (local.get $a0)))       ;; 11030  add s3,s3,s0
        (br_if $L1a (i64.ne (local.get $s1) (i64.const 0x12078))))      ;; 11032  bne s1,s4,0x1101a
      (br_if $out.2                                                     ;; 1103e  call print_line
        (local.tee $status (call $print_line (local.get $sp) (i64.const 0x12000) (local.get $s3))))
      (return (i64.const 0) (i32.const 0)))                             ;; 11052  ret
      (call $give.ra.s0.s1.s3.s4 (i64.const 0x11030) (local.get $a0)    ;; 1102c  call print_line
        (local.get $s1) (local.get $s3) (i64.const 0x12078))
      (br $owe))
      (call $give.ra (i64.const 0x11042)))                              ;; 1103e  call print_line
    (call $owe.s4.s3.s2.s1.s0.ra (local.get $sp))
    (i64.const 0) (local.get $status))

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

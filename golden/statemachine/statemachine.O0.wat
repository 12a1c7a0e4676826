  ;; main  0x11000..0x11050  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $ra i64) (local $status i32)
    (i64.store                                                          ;; 1100c  sd zero,0(sp)
      (i32.sub
        (i32.wrap_i64 (local.tee $sp (i64.sub (local.get $sp) (i64.const 48))))
        (i32.const 0x10000))
      (i64.const 0))
    (i64.store offset=8                                                 ;; 1100e  sd zero,8(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (i64.const 0))
    (i64.store offset=16                                                ;; 11010  sd zero,16(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (i64.const 0))
    (i64.store offset=24                                                ;; 11012  sd zero,24(sp)
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000))
      (i64.const 0))
    (call $scan                                                         ;; 11014  call scan
      (i64.add (i64.const 0x12000) (i64.const 24))                      ;; 11006  addi a0,a0,24
      (local.get $sp))
    (block $leave (result i64)
      (if                                                               ;; 11020  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 120))               ;; 1101c  addi a0,a0,120
            (i64.load (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))))
        (then (br $leave (i64.const 0x11024))))
      (if                                                               ;; 1102c  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 128))               ;; 11028  addi a0,a0,128
            (i64.load offset=8 (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))))
        (then (br $leave (i64.const 0x11030))))
      (if                                                               ;; 11038  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 136))               ;; 11034  addi a0,a0,136
            (i64.load offset=16 (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))))
        (then (br $leave (i64.const 0x1103c))))
      (if                                                               ;; 11044  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 152))               ;; 11040  addi a0,a0,152
            (i64.load offset=24 (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))))
        (then (br $leave (i64.const 0x11048))))
      (return (i64.const 0) (i32.const 0)))                             ;; 1104e  ret
    (local.set $ra)
    (call $give.ra (local.get $ra))
    (call $owe.ra (i64.add (local.get $sp) (i64.const 40)))
    (i64.const 0) (local.get $status))

  ;; scan  0x11050..0x11122  (a0, a1)
  (func $scan (param $a0 i64) (param $a1 i64)
    (local $a4 i64) (local $a3 i64) (local $a2 i64) (local $a5 i64)
    (local.set $a3 (i64.add (local.get $a0) (i64.const 1)))             ;; 11054  addi a3,a0,1
    (local.set $a2                                                      ;; 11058  sext.w a2,a4
      (i64.extend_i32_s
        (i32.wrap_i64
          (local.tee $a4                                                ;; 11050  lbu a4,0(a0)
            (i64.load8_u (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000)))))))
    (if (i64.eq (local.get $a4) (i64.const 0))                          ;; 1105c  beqz a4,0x110b6
      (then (return)))                                                  ;; 110b6  ret
    (local.set $a5 (i64.const 0))
    (loop $L22
      (if (i64.eq (local.get $a2) (i64.const 10))                       ;; 11072  beq a2,t1,0x11082
        (then
          (i64.store offset=24                                          ;; 11086  sd a0,24(a1)
            (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))
            (i64.add                                                    ;; 11084  addi a0,a0,1
              (i64.load offset=24 (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000)))
              (i64.const 1)))))
      (loop $L26
        (block $L74
          (if (i64.le_u (local.get $a5) (i64.const 4))                  ;; 11076  bltu a7,a5,0x110c4
            (then
              (block $La4
                (block $L5a
                  (block $Lc0
                    (block $L58
                      (block $L46
                        (block $L86
                          (block $L42
                            (block $L68
                              (block $L3a
                                (br_table                               ;; 11080  jr a5
                                  $L42 $L86 $L3a $L68 $La4
                                  (i32.wrap_i64 (local.get $a5))))
                              (br_if $Lc0                               ;; 1108e  bgeu t4,a5,0x11110
                                (i64.le_u
                                  (i64.extend_i32_s                     ;; 1108a  addiw a5,a4,-48
                                    (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 48)))
                                  (i64.const 9)))
                              (br $L42))
                            ;; 110b8  bne a2,t5,0x11092
                            (if (i64.eq (local.get $a2) (i64.const 47))
                              (then
                                (i64.store offset=16                    ;; 110c2  sd a4,16(a1)
                                  (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))
                                  (i64.add                              ;; 110c0  addi a4,a4,1
                                    (i64.load offset=16                 ;; 110bc  ld a4,16(a1)
                                      (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000)))
                                    (i64.const 1)))
                                (local.set $a5 (i64.const 4))
                                (br $L74))))
                          (local.set $a5                                ;; 11092  ori a5,a4,32
                            (i64.or (local.get $a4) (i64.const 0x20)))
                          (br $L46))
                        (local.set $a5                                  ;; 110de  ori a5,a4,32
                          (i64.or (local.get $a4) (i64.const 0x20)))
                        (br_if $L58                                     ;; 110e2  bgeu t3,a0,0x110a8
                          (i64.le_u
                            (i64.extend_i32_s                           ;; 110da  addiw a0,a0,-97
                              (i32.sub
                                (i32.wrap_i64 (i64.or (local.get $a4) (i64.const 0x20)))
                                (i32.const 97)))
                            (i64.const 25)))
                        (if (i64.le_u                                   ;; 110ec  bltu t6,a0,0x11096
                            (i64.extend_i32_s                           ;; 110e6  addiw a0,a4,-48
                              (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 48)))
                            (i64.const 9))
                          (then
                            (local.set $a5 (i64.const 1))
                            (br $L5a))))                                ;; 110f2  j 0x110aa
                      (if (i64.gt_u                                     ;; 1109e  bltu t3,a5,0x11102
                          (i64.extend_i32_s                             ;; 1109a  addiw a5,a5,-97
                            (i32.sub
                              (i32.wrap_i64 (i64.and (local.get $a5) (i64.const 0xff)))
                              (i32.const 97)))
                          (i64.const 25))
                        (then
                          (if (i64.le_u                                 ;; 11106  bltu t4,a4,0x11114
                              (i64.extend_i32_s                         ;; 11102  addiw a4,a4,-48
                                (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 48)))
                              (i64.const 9))
                            (then
                              (i64.store offset=8                       ;; 1110e  sd a5,8(a1)
                                (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))
                                (i64.add                                ;; 1110c  addi a5,a5,1
                                  (i64.load offset=8                    ;; 1110a  ld a5,8(a1)
                                    (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000)))
                                  (i64.const 1)))
                              (br $Lc0)))
                          (if (i64.eq (local.get $a2) (i64.const 47))   ;; 1111a  beq a2,a4,0x110c4
                            (then
                              (local.set $a5 (i64.const 3))
                              (br $L74)))
                          (local.set $a5 (i64.const 0))
                          (br $L74)))                                   ;; 11120  j 0x110c4
                      (i64.store                                        ;; 110a6  sd a5,0(a1)
                        (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))
                        (i64.add                                        ;; 110a4  addi a5,a5,1
                          (i64.load (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000)))
                          (i64.const 1))))
                    (local.set $a5 (i64.const 1))
                    (br $L5a))                                          ;; 110a8  li a5,1
                  (local.set $a5 (i64.const 2))
                  (br $L74))                                            ;; 11112  j 0x110c4
                (if (i64.ne                                             ;; 110b4  bnez a4,0x11072
                    (local.tee $a4                                      ;; 110aa  lbu a4,0(a3)
                      (i64.load8_u (i32.sub (i32.wrap_i64 (local.get $a3)) (i32.const 0x10000))))
                    (i64.const 0))
                  (then
                    (local.set $a3                                      ;; 110ae  addi a3,a3,1
                      (i64.add (local.get $a3) (i64.const 1)))
                    (local.set $a2                                      ;; 110b0  sext.w a2,a4
                      (i64.extend_i32_s (i32.wrap_i64 (local.get $a4))))
                    (br $L22)))                                         ;; 110b4  bnez a4,0x11072
                (return))                                               ;; 110b6  ret
              (local.set $a5                                            ;; 110fc  slliw a5,a5,0x2
                (i64.extend_i32_s
                  (i32.shl
                    (i32.wrap_i64
                      (i64.extend_i32_u                                 ;; 110f8  snez a5,a5
                        (i64.gt_u (i64.sub (local.get $a2) (i64.const 10)) (i64.const 0))))
                    (i32.const 2)))))))
        (local.set $a2                                                  ;; 110ca  sext.w a2,a4
          (i64.extend_i32_s
            (i32.wrap_i64
              (local.tee $a4                                            ;; 110c4  lbu a4,0(a3)
                (i64.load8_u (i32.sub (i32.wrap_i64 (local.get $a3)) (i32.const 0x10000)))))))
        (local.set $a3 (i64.add (local.get $a3) (i64.const 1)))         ;; 110c8  addi a3,a3,1
        (if (i64.ne (local.get $a4) (i64.const 0))                      ;; 110ce  beqz a4,0x110b6
          (then
            (br_if $L26 (i64.ne (local.get $a2) (i64.const 10)))        ;; 110d0  bne a2,t1,0x11076
            (i64.store offset=24                                        ;; 11086  sd a0,24(a1)
              (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000))
              (i64.add                                                  ;; 11084  addi a0,a0,1
                (i64.load offset=24 (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000)))
                (i64.const 1)))
            (br $L26))))))                                              ;; 11088  j 0x11076

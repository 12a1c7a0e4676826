  ;; main  0x11000..0x11050  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $ra i64) (local $sp.at i32) (local $status i32)
    (i64.store                                                          ;; 1100c  sd zero,0(sp)
      (local.tee $sp.at
        (i32.sub
          (i32.wrap_i64 (local.tee $sp (i64.sub (local.get $sp) (i64.const 48))))
          (i32.const 0x10000)))
      (i64.const 0))
    (i64.store offset=8 (local.get $sp.at) (i64.const 0))               ;; 1100e  sd zero,8(sp)
    (i64.store offset=16 (local.get $sp.at) (i64.const 0))              ;; 11010  sd zero,16(sp)
    (i64.store offset=24 (local.get $sp.at) (i64.const 0))              ;; 11012  sd zero,24(sp)
    (call $scan (i64.const 0x12018) (local.get $sp))                    ;; 11014  call scan
    (block $leave (result i64)
      (if                                                               ;; 11020  call print_line
        (local.tee $status
          (call $print_line (local.get $sp) (i64.const 0x12078) (i64.load (local.get $sp.at))))
        (then (br $leave (i64.const 0x11024))))
      (if                                                               ;; 1102c  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12080)
            (i64.load offset=8 (local.get $sp.at))))                    ;; 11024  ld a1,8(sp)
        (then (br $leave (i64.const 0x11030))))
      (if                                                               ;; 11038  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12088)
            (i64.load offset=16 (local.get $sp.at))))                   ;; 11030  ld a1,16(sp)
        (then (br $leave (i64.const 0x1103c))))
      (if                                                               ;; 11044  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12098)
            (i64.load offset=24 (local.get $sp.at))))                   ;; 1103c  ld a1,24(sp)
        (then (br $leave (i64.const 0x11048))))
      (return (i64.const 0) (i32.const 0)))                             ;; 1104e  ret
    (local.set $ra)
    (call $give.ra (local.get $ra))
    (call $owe.ra (i64.add (local.get $sp) (i64.const 40)))
    (i64.const 0) (local.get $status))

  ;; scan  0x11050..0x11122  (a0, a1)
  (func $scan (param $a0 i64) (param $a1 i64)
    (local $a0.2 i32) (local $a4 i32) (local $a1.2 i32) (local $a3.at i32) (local $a5 i32)
    (local $tmp i32)
    (if (i32.eqz                                                        ;; 1105c  beqz a4,0x110b6
        (local.tee $a4                                                  ;; 11050  lbu a4,0(a0)
          (i32.load8_u
            (i32.sub (local.tee $a0.2 (i32.wrap_i64 (local.get $a0))) (i32.const 0x10000)))))
      (then (return)))                                                  ;; 110b6  ret
    (local.set $a1.2                                                    ;; 11082  ld a0,24(a1)
      (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000)))
    (local.set $a3.at (i32.sub (local.get $a0.2) (i32.const 0xffff)))   ;; 11054  addi a3,a0,1
    (local.set $a5 (i32.const 0))
    (loop $L22
      (block $L66
        (block $L
          (call $scan@11072.loop (local.get $a4) (local.get $a3.at)     ;; 11072  beq a2,t1,0x11082
            (local.get $a5) (local.get $a1.2))
          (local.set $tmp)
          (local.set $a5)
          (local.set $a3.at)
          (local.set $a4)
          (br_table $L $L66 $L66 (local.get $tmp)))
        (br $L22))))

  ;; scan  0x11072..0x11122  (a4, a3.at, a5, tmp), one turn of the loop in scan at 0x11072
  (func $scan@11072.loop (param $a4 i32) (param $a3.at i32) (param $a5 i32) (param $tmp i32)
    (result i32 i32 i32 i32)
    (if (i32.eq (local.get $a4) (i32.const 10))                         ;; 11072  beq a2,t1,0x11082
      (then
        (i64.store offset=24                                            ;; 11086  sd a0,24(a1)
          (local.get $tmp)
          (i64.add (i64.load offset=24 (local.get $tmp)) (i64.const 1)))))
    (loop $L4
      (block $L52
        (if (i32.le_u (local.get $a5) (i32.const 4))                    ;; 11076  bltu a7,a5,0x110c4
          (then
            (block $L82
              (block $L38
                (block $L9e
                  (block $L24
                    (block $L64
                      (block $L20
                        (block $L46
                          (block $L18
                            ;; 11080  jr a5
                            (br_table $L20 $L64 $L18 $L46 $L82 (local.get $a5)))
                          (br_if $L9e                                   ;; 1108e  bgeu t4,a5,0x11110
                            (i32.le_u (i32.sub (local.get $a4) (i32.const 48)) (i32.const 9)))
                          (br $L20))
                        (if (i32.eq (local.get $a4) (i32.const 47))     ;; 110b8  bne a2,t5,0x11092
                          (then
                            (i64.store offset=16                        ;; 110c2  sd a4,16(a1)
                              (local.get $tmp)
                              (i64.add (i64.load offset=16 (local.get $tmp)) (i64.const 1)))
                            (local.set $a5 (i32.const 4))
                            (br $L52))))
                      (local.set $a5                                    ;; 11092  ori a5,a4,32
                        (i32.or (local.get $a4) (i32.const 0x20)))
                      (br $L24))
                    (br_if $L38                                         ;; 110e2  bgeu t3,a0,0x110a8
                      (i32.le_u
                        (i32.sub                                        ;; 110da  addiw a0,a0,-97
                          (local.tee $a5 (i32.or (local.get $a4) (i32.const 0x20)))
                          (i32.const 97))
                        (i32.const 25)))
                    (br_if $L38                                         ;; 110ec  bltu t6,a0,0x11096
                      (i32.le_u (i32.sub (local.get $a4) (i32.const 48)) (i32.const 9))))
                  (if (i32.le_u                                         ;; 1109e  bltu t3,a5,0x11102
                      (i32.sub (i32.and (local.get $a5) (i32.const 0xff)) (i32.const 97))
                      (i32.const 25))
                    (then
                      (i64.store                                        ;; 110a6  sd a5,0(a1)
                        (local.get $tmp)
                        (i64.add (i64.load (local.get $tmp)) (i64.const 1)))
                      (br $L38)))
                  (if (i32.gt_u                                         ;; 11106  bltu t4,a4,0x11114
                      (i32.sub (local.get $a4) (i32.const 48))          ;; 11102  addiw a4,a4,-48
                      (i32.const 9))
                    (then
                      (local.set $a5                                    ;; 1111a  beq a2,a4,0x110c4
                        (select
                          (i32.const 3)
                          (i32.const 0)
                          (i32.eq (local.get $a4) (i32.const 47))))
                      (br $L52)))
                  (i64.store offset=8                                   ;; 1110e  sd a5,8(a1)
                    (local.get $tmp)
                    (i64.add (i64.load offset=8 (local.get $tmp)) (i64.const 1))))
                (local.set $a5 (i32.const 2))
                (br $L52))                                              ;; 11112  j 0x110c4
              (local.set $a4 (i32.load8_u (local.get $a3.at)))          ;; 110aa  lbu a4,0(a3)
              (local.set $a3.at                                         ;; 110ae  addi a3,a3,1
                (i32.add (local.get $a3.at) (i32.const 1)))
              (if (local.get $a4)                                       ;; 110b4  bnez a4,0x11072
                (then (return (local.get $a4) (local.get $a3.at) (i32.const 1) (i32.const 0))))
              (return (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1)))
            (local.set $a5                                              ;; 110fc  slliw a5,a5,0x2
              (i32.shl (i32.ne (local.get $a4) (i32.const 10)) (i32.const 2))))))
      (local.set $a4 (i32.load8_u (local.get $a3.at)))                  ;; 110c4  lbu a4,0(a3)
      (local.set $a3.at (i32.add (local.get $a3.at) (i32.const 1)))     ;; 110c8  addi a3,a3,1
      (if (local.get $a4)                                               ;; 110ce  beqz a4,0x110b6
        (then
          (br_if $L4 (i32.ne (local.get $a4) (i32.const 10)))           ;; 110d0  bne a2,t1,0x11076
          (i64.store offset=24                                          ;; 11086  sd a0,24(a1)
            (local.get $tmp)
            (i64.add (i64.load offset=24 (local.get $tmp)) (i64.const 1)))
          (br $L4))))                                                   ;; 11088  j 0x11076
    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 2))

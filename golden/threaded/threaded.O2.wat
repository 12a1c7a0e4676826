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

  ;; scan  0x11050..0x111be  (a0, a1)
  (func $scan (param $a0 i64) (param $a1 i64)
    (local $a4.2 i64) (local $a0.2 i32) (local $a5 i32) (local $a1.at i32) (local $a3.at i32)
    (local $a4 i32) (local $entry i32) (local $a5.2 i32) (local $a5.3 i32) (local $a3.at.2 i32)
    (local $a3.at.3 i32) (local $a3.at.4 i32) (local $a5.4 i32) (local $a4.at i32)
    (local $a3.at.5 i32) (local $a3.at.6 i32) (local $a3.at.7 i32)
    (if (i32.eqz                                                        ;; 1105c  beqz a5,0x11148
        (local.tee $a5                                                  ;; 11050  lbu a5,0(a0)
          (i32.load8_u
            (i32.sub (local.tee $a0.2 (i32.wrap_i64 (local.get $a0))) (i32.const 0x10000)))))
      (then (return)))                                                  ;; 11148  ret
    (local.set $a1.at                                                   ;; 11082  ld a6,24(a1)
      (i32.sub (i32.wrap_i64 (local.get $a1)) (i32.const 0x10000)))
    (local.set $a3.at (i32.sub (local.get $a0.2) (i32.const 0xffff)))   ;; 11054  addi a3,a0,1
    (local.set $a4 (i32.const 0))
    (loop $L22
      (if (i32.eq (local.get $a5) (i32.const 10))                       ;; 11072  beq a2,t1,0x11082
        (then
          (i64.store offset=24                                          ;; 11088  sd a6,24(a1)
            (local.get $a1.at)
            (i64.add (i64.load offset=24 (local.get $a1.at)) (i64.const 1)))))
      (if (i32.le_u (local.get $a4) (i32.const 4))                      ;; 11076  bltu a7,a4,0x1113c
        (then
          (block $Le0
            (block $L74
              (block $L30.4
                (block $L30.3
                  (block $L30.2
                    (block $L30
                      ;; 11080  jr a4
                      (br_table $L30 $L30.2 $L30.3 $L30.4 $Le0 (local.get $a4)))
                    (local.set $entry (i32.const 0))
                    (local.set $a5.2 (local.get $a5))
                    (local.set $a3.at.3 (local.get $a3.at))
                    (br $L74))
                  (local.set $entry (i32.const 1))
                  (local.set $a5.3 (local.get $a5))
                  (local.set $a3.at.2 (local.get $a3.at))
                  (br $L74))
                (local.set $entry (i32.const 3))
                (local.set $a5.4 (local.get $a5))
                (local.set $a3.at.4 (local.get $a3.at))
                (br $L74))
              (local.set $entry (i32.const 2)))
            (loop $L74
              (block $L5c
                (block $L4a
                  (block $L110
                    (block $Lfa
                      (block $Lc2
                        (block $L74.2
                          (block $L3e
                            (br_table $L74.2 $L3e $Lc2 $Lfa (local.get $entry)))
                          (br_if $L4a                                   ;; 11096  bltu t3,a4,0x11182
                            (i32.le_u
                              (i32.sub (i32.or (local.get $a5.3) (i32.const 0x20)) (i32.const 97))
                              (i32.const 25)))
                          (br_if $L4a                                   ;; 11188  bgeu a4,a5,0x1109a
                            (i32.le_u (i32.sub (local.get $a5.3) (i32.const 48)) (i32.const 9)))
                          ;; 11190  beq a2,a5,0x11100
                          (if (i32.eq (local.get $a5.3) (i32.const 47))
                            (then
                              (local.set $entry (i32.const 6))
                              (br $L5c)))
                          (local.set $entry (i32.const 1))
                          (local.set $a3.at.6 (local.get $a3.at.2))
                          (br $L5c))
                        (if (i32.le_u                                   ;; 110cc  bgeu t3,a4,0x11160
                            (i32.sub (i32.or (local.get $a5.2) (i32.const 0x20)) (i32.const 97))
                            (i32.const 25))
                          (then
                            (local.set $a3.at.4 (local.get $a3.at.3))
                            (br $L110)))
                        (local.set $entry (i32.const 2))
                        (local.set $a5 (local.get $a5.2))
                        (br $L5c))
                      (if (i32.ne (local.get $a5) (i32.const 47))       ;; 11112  bne a2,t4,0x11168
                        (then
                          (if (i32.le_u                                 ;; 11172  bgeu a2,a4,0x11160
                              (i32.sub (i32.or (local.get $a5) (i32.const 0x20)) (i32.const 97))
                              (i32.const 25))
                            (then
                              (local.set $a3.at.4 (local.get $a3.at))
                              (br $L110)))
                          (if (i32.le_u                                 ;; 1117c  bgeu a4,a5,0x110da
                              (i32.sub (local.get $a5) (i32.const 48))  ;; 11176  addiw a5,a5,-48
                              (i32.const 9))
                            (then
                              (local.set $entry (i32.const 3))
                              (br $L5c)))
                          (local.set $entry (i32.const 1))
                          (local.set $a3.at.6 (local.get $a3.at))
                          (br $L5c)))
                      (local.set $a4.at                                 ;; 11118  addi a4,a3,1
                        (i32.add (local.get $a3.at) (i32.const 1)))
                      (i64.store offset=16                              ;; 1111e  sd a5,16(a1)
                        (local.get $a1.at)
                        (i64.add (i64.load offset=16 (local.get $a1.at)) (i64.const 1)))
                      (if (i32.eqz                                      ;; 11124  beqz a2,0x11148
                          (local.tee $a5 (i32.load8_u (local.get $a3.at))))
                        (then (return)))                                ;; 11148  ret
                      (if (i32.ne (local.get $a5) (i32.const 10))       ;; 1112a  beq a2,a5,0x11196
                        (then
                          (local.set $a3.at (local.get $a4.at))
                          (br $Le0)))
                      (i64.store offset=24                              ;; 1119e  sd a5,24(a1)
                        (local.get $a1.at)
                        (i64.add                                        ;; 1119a  addi a5,a4,1
                          (local.tee $a4.2 (i64.load offset=24 (local.get $a1.at)))
                          (i64.const 1)))
                      (local.set $a3.at.3                               ;; 11198  addi a3,a3,2
                        (i32.add (local.get $a3.at) (i32.const 2)))
                      (if (local.tee $a5.2                              ;; 111a8  beqz a5,0x11148
                          (i32.load8_u (local.get $a4.at)))             ;; 111a0  lbu a5,-1(a3)
                        (then
                          ;; 111aa  bne a2,a6,0x110c4
                          (if (i32.ne (local.get $a5.2) (local.get $a5))
                            (then
                              (local.set $entry (i32.const 0))
                              (br $L74)))
                          (i64.store offset=24                          ;; 111b0  sd a4,24(a1)
                            (local.get $a1.at)
                            (i64.add (local.get $a4.2) (i64.const 2)))  ;; 111ae  addi a4,a4,2
                          (local.set $entry (i32.const 0))
                          (br $L74)))                                   ;; 111b2  j 0x110c4
                      (return))                                         ;; 11148  ret
                    (if (i32.le_u                                       ;; 1114e  bgeu t5,a4,0x110e0
                        (i32.sub (local.get $a5.4) (i32.const 48))      ;; 1114a  addiw a4,a5,-48
                        (i32.const 9))
                      (then
                        (local.set $entry (i32.const 4))
                        (br $L5c)))
                    (if (i32.gt_u                                       ;; 1115c  bltu a4,a5,0x110f8
                        (i32.sub (i32.or (local.get $a5.4) (i32.const 0x20)) (i32.const 97))
                        (i32.const 25))
                      (then
                        (local.set $entry (i32.const 5))
                        (local.set $a3.at.7 (local.get $a3.at.4))
                        (br $L5c))))
                  (i64.store                                            ;; 11164  sd a5,0(a1)
                    (local.get $a1.at)
                    (i64.add (i64.load (local.get $a1.at)) (i64.const 1)))
                  (local.set $a3.at.2 (local.get $a3.at.4)))
                (local.set $a5.3 (i32.load8_u (local.get $a3.at.2)))    ;; 1109a  lbu a5,0(a3)
                (local.set $a3.at.2                                     ;; 1109e  addi a3,a3,1
                  (i32.add (local.get $a3.at.2) (i32.const 1)))
                (if (i32.eqz (local.get $a5.3))                         ;; 110a4  beqz a5,0x11148
                  (then (return)))                                      ;; 11148  ret
                (if (i32.ne (local.get $a5.3) (i32.const 10))           ;; 110a8  bne a2,a4,0x1108e
                  (then
                    (local.set $entry (i32.const 1))
                    (br $L74)))
                (local.set $entry (i32.const 0))
                (local.set $a3.at.5 (local.get $a3.at.2)))
              (loop $L5c
                (block $Lb0
                  (block $La8
                    (block $L90
                      (block $L8a
                        (block $L80
                          (block $L62
                            (block $L5c.2
                              (br_table $L5c.2 $L62 $L80 $L8a $L90 $La8 $Lb0 (local.get $entry)))
                            (i64.store offset=24                        ;; 110b0  sd a5,24(a1)
                              (local.get $a1.at)
                              (i64.add (i64.load offset=24 (local.get $a1.at)) (i64.const 1)))
                            (local.set $entry (i32.const 1))
                            (local.set $a3.at.6 (local.get $a3.at.5))
                            (br $L5c))
                          (local.set $a3.at.3                           ;; 110b6  addi a3,a3,1
                            (i32.add (local.get $a3.at.6) (i32.const 1)))
                          (if (i32.eqz                                  ;; 110bc  beqz a5,0x11148
                              (local.tee $a5 (i32.load8_u (local.get $a3.at.6))))
                            (then (return)))                            ;; 11148  ret
                          (if (i32.ne (local.get $a5) (i32.const 10))   ;; 110c0  beq a2,a4,0x111b4
                            (then
                              (local.set $entry (i32.const 0))
                              (local.set $a5.2 (local.get $a5))
                              (br $L74)))
                          (i64.store offset=24                          ;; 111ba  sd a4,24(a1)
                            (local.get $a1.at)
                            (i64.add (i64.load offset=24 (local.get $a1.at)) (i64.const 1)))
                          (local.set $entry (i32.const 2))
                          (local.set $a5.2 (i32.const 10))
                          (br $L5c))                                    ;; 111bc  j 0x110d0
                        (if (i32.le_u                                   ;; 110d6  bltu a4,a5,0x110f8
                            (i32.sub (local.get $a5.2) (i32.const 48))  ;; 110d0  addiw a5,a5,-48
                            (i32.const 9))
                          (then
                            (local.set $entry (i32.const 3))
                            (local.set $a3.at (local.get $a3.at.3))
                            (br $L5c)))
                        (local.set $entry (i32.const 5))
                        (local.set $a3.at.7 (local.get $a3.at.3))
                        (local.set $a5.4 (local.get $a5))
                        (br $L5c))
                      (i64.store offset=8                               ;; 110de  sd a5,8(a1)
                        (local.get $a1.at)
                        (i64.add (i64.load offset=8 (local.get $a1.at)) (i64.const 1)))
                      (local.set $entry (i32.const 4))
                      (local.set $a3.at.4 (local.get $a3.at))
                      (br $L5c))
                    (local.set $a3.at.7                                 ;; 110e4  addi a3,a3,1
                      (i32.add (local.get $a3.at.4) (i32.const 1)))
                    (if (i32.eqz                                        ;; 110ea  beqz a5,0x11148
                        (local.tee $a5.4 (i32.load8_u (local.get $a3.at.4))))
                      (then (return)))                                  ;; 11148  ret
                    (if (i32.ne (local.get $a5.4) (i32.const 10))       ;; 110ee  bne a2,a4,0x1114a
                      (then
                        (local.set $entry (i32.const 3))
                        (local.set $a3.at.4 (local.get $a3.at.7))
                        (br $L74)))
                    (i64.store offset=24                                ;; 110f6  sd a5,24(a1)
                      (local.get $a1.at)
                      (i64.add (i64.load offset=24 (local.get $a1.at)) (i64.const 1)))
                    (local.set $entry (i32.const 5))
                    (br $L5c))
                  (if (i32.ne (local.get $a5.4) (i32.const 47))         ;; 110fc  bne a2,a5,0x110b2
                    (then
                      (local.set $entry (i32.const 1))
                      (local.set $a3.at.6 (local.get $a3.at.7))
                      (br $L5c)))
                  (local.set $entry (i32.const 6))
                  (local.set $a3.at.2 (local.get $a3.at.7))
                  (br $L5c))
                (local.set $a3.at.5                                     ;; 11104  addi a3,a3,1
                  (i32.add (local.get $a3.at.2) (i32.const 1)))
                (if (local.tee $a5 (i32.load8_u (local.get $a3.at.2)))  ;; 1110a  beqz a5,0x11148
                  (then
                    (if (i32.eq (local.get $a5) (i32.const 10))         ;; 1110e  beq a2,a4,0x110ac
                      (then
                        (local.set $entry (i32.const 0))
                        (br $L5c)))
                    (local.set $entry (i32.const 2))
                    (local.set $a3.at (local.get $a3.at.5))
                    (br $L74)))))
            (return))                                                   ;; 11148  ret
          (local.set $a4                                                ;; 11138  slliw a4,a4,0x2
            (i32.shl (i32.ne (local.get $a5) (i32.const 10)) (i32.const 2)))))
      (if (local.tee $a5 (i32.load8_u (local.get $a3.at)))              ;; 11146  bnez a5,0x11072
        (then
          (local.set $a3.at                                             ;; 11140  addi a3,a3,1
            (i32.add (local.get $a3.at) (i32.const 1)))
          (br $L22)))))                                                 ;; 11146  bnez a5,0x11072

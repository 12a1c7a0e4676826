  ;; main  0x11000..0x11038  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $ra i64) (local $status i32)
    (block $leave (result i64)
      (if                                                               ;; 11016  call print_line
        (local.tee $status
          (call $print_line
            (local.tee $sp (i64.sub (local.get $sp) (i64.const 16)))    ;; 11002  addi sp,sp,-16
            (i64.const 0x12038)
            (call $run (local.get $sp) (i64.const 0x12028))))           ;; 1100a  call run
        (then (br $leave (i64.const 0x1101a))))
      (if                                                               ;; 1102c  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.const 0x12040)
            (call $run (local.get $sp) (i64.const 0x13058))))           ;; 11020  call run
        (then (br $leave (i64.const 0x11030))))
      (return (i64.const 0) (i32.const 0)))                             ;; 11036  ret
    (local.set $ra)
    (call $give.ra (local.get $ra))
    (call $owe.ra (i64.add (local.get $sp) (i64.const 8)))
    (i64.const 0) (local.get $status))

  ;; run  0x11038..0x110ec  (sp, a0) -> a0
  (func $run (param $sp i64) (param $a0 i64) (result i64)
    (local $a5.2 i64) (local $a3 i32) (local $a4.at i32) (local $a0.at i32) (local $a5 i32)
    (local $a4.at.2 i32) (local $a0.2 i32)
    (local.set $a3 (i32.wrap_i64 (local.get $a0)))                      ;; 11040  mv a2,a2
    (local.set $a4.at                                                   ;; 11038  addi sp,sp,-128
      (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10080)))
    (loop $Lc
      (local.set $a0.at (i32.sub (local.get $a3) (i32.const 0x10000)))  ;; 11044  lbu a5,0(a0)
      (local.set $a3 (i32.add (local.get $a3) (i32.const 1)))           ;; 11048  addi a3,a0,1
      (if (i32.gt_u                                                     ;; 1104c  bltu a1,a5,0x110e8
          (local.tee $a5 (i32.load8_u (local.get $a0.at)))              ;; 11044  lbu a5,0(a0)
          (i32.const 9))
        (then (return (i64.const -1))))                                 ;; 110e2  ret
      (block $La6
        (block $L9a
          (block $L88
            (block $L74
              (block $L60
                (block $L56
                  (block $L44
                    (block $L38
                      (block $L32
                        (block $L20
                          (br_table $L9a $L88 $L74 $L60 $L56 $L44 $L38  ;; 11056  jr a5
                            $L32 $L20 $La6 (local.get $a5)))
                        (local.set $a3                                  ;; 1105a  addi a5,a0,2
                          (i32.add (local.get $a3) (i32.const 1)))
                        (local.set $a4.at.2                             ;; 1105e  addi a4,a4,-8
                          (i32.sub (local.get $a4.at) (i32.const 8)))
                        (if (i64.eqz (i64.load (local.get $a4.at)))     ;; 11060  beqz a3,0x110e4
                          (then
                            (local.set $a4.at (local.get $a4.at.2))
                            (br $Lc)))
                        (local.set $a3                                  ;; 11066  add a0,a0,a5
                          (i32.add
                            (local.tee $a0.2 (i32.load8_s offset=1 (local.get $a0.at)))
                            (local.get $a3)))
                        (local.set $a4.at (local.get $a4.at.2))
                        (br $Lc))                                       ;; 11068  j 0x11044
                      (local.set $a4.at                                 ;; 1106a  addi a4,a4,-8
                        (i32.sub (local.get $a4.at) (i32.const 8)))
                      (br $Lc))                                         ;; 1106e  j 0x11044
                    (i64.store offset=16                                ;; 11078  sd a5,0(a4)
                      (local.tee $a4.at.2 (i32.sub (local.get $a4.at) (i32.const 8)))
                      (i64.load (local.get $a4.at.2)))                  ;; 11070  ld a5,-8(a4)
                    (local.set $a4.at                                   ;; 11076  addi a4,a4,8
                      (i32.add (local.get $a4.at) (i32.const 8)))
                    (br $Lc))                                           ;; 1107a  j 0x11044
                  (local.set $a5.2                                      ;; 11080  ld a5,0(a4)
                    (i64.load offset=8
                      (local.tee $a4.at.2 (i32.sub (local.get $a4.at) (i32.const 8)))))
                  (i64.store offset=8                                   ;; 11084  sd a6,0(a4)
                    (local.get $a4.at.2)
                    (i64.load (local.get $a4.at.2)))                    ;; 1107c  ld a6,-8(a4)
                  (i64.store (local.get $a4.at.2) (local.get $a5.2))    ;; 11088  sd a5,-8(a4)
                  (br $Lc))                                             ;; 1108c  j 0x11044
                (i64.store offset=8                                     ;; 11094  sd a5,0(a4)
                  (local.get $a4.at)
                  (i64.load (local.get $a4.at)))                        ;; 1108e  ld a5,0(a4)
                (local.set $a4.at                                       ;; 11092  addi a4,a4,8
                  (i32.add (local.get $a4.at) (i32.const 8)))
                (br $Lc))                                               ;; 11096  j 0x11044
              (i64.store                                                ;; 110a8  sd a5,0(a4)
                (local.tee $a4.at (i32.sub (local.get $a4.at) (i32.const 8)))
                (i64.mul (i64.load (local.get $a4.at)) (i64.load offset=8 (local.get $a4.at))))
              (br $Lc))                                                 ;; 110aa  j 0x11044
            (i64.store                                                  ;; 110bc  sd a5,0(a4)
              (local.tee $a4.at (i32.sub (local.get $a4.at) (i32.const 8)))
              (i64.sub (i64.load (local.get $a4.at)) (i64.load offset=8 (local.get $a4.at))))
            (br $Lc))                                                   ;; 110be  j 0x11044
          (i64.store                                                    ;; 110ce  sd a5,0(a4)
            (local.tee $a4.at (i32.sub (local.get $a4.at) (i32.const 8)))
            (i64.add (i64.load (local.get $a4.at)) (i64.load offset=8 (local.get $a4.at))))
          (br $Lc))                                                     ;; 110d0  j 0x11044
        (i64.store                                                      ;; 110da  sd a5,0(a4)
          (local.tee $a4.at (i32.add (local.get $a4.at) (i32.const 8)))
          (i64.load8_s offset=1 (local.get $a0.at)))                    ;; 110d2  lb a5,1(a0)
        (local.set $a3 (i32.add (local.get $a3) (i32.const 1)))         ;; 110d8  addi a0,a0,2
        (br $Lc)))                                                      ;; 110dc  j 0x11044
    (i64.load (local.get $a4.at)))                                      ;; 110e2  ret

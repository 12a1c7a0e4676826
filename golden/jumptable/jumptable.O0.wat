  ;; main  0x11000..0x11038  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $ra i64) (local $status i32)
    (block $leave (result i64)
      (if                                                               ;; 11016  call print_line
        (local.tee $status
          (call $print_line
            (local.tee $sp (i64.sub (local.get $sp) (i64.const 16)))    ;; 11002  addi sp,sp,-16
            (i64.add (i64.const 0x12000) (i64.const 56))                ;; 11012  addi a0,a0,56
            (call $run                                                  ;; 1100a  call run
              (local.get $sp)
              (i64.add (i64.const 0x12000) (i64.const 40)))))           ;; 11004  addi a0,a0,40
        (then (br $leave (i64.const 0x1101a))))
      (if                                                               ;; 1102c  call print_line
        (local.tee $status
          (call $print_line
            (local.get $sp)
            (i64.add (i64.const 0x12000) (i64.const 64))                ;; 11028  addi a0,a0,64
            (call $run                                                  ;; 11020  call run
              (local.get $sp)
              (i64.add (i64.const 0x13000) (i64.const 88)))))           ;; 1101c  addi a0,a0,88
        (then (br $leave (i64.const 0x11030))))
      (return (i64.const 0) (i32.const 0)))                             ;; 11036  ret
    (local.set $ra)
    (call $give.ra (local.get $ra))
    (call $owe.ra (i64.add (local.get $sp) (i64.const 8)))
    (i64.const 0) (local.get $status))

  ;; run  0x11038..0x110ec  (sp, a0) -> a0
  (func $run (param $sp i64) (param $a0 i64) (result i64)
    (local $a4 i64) (local $a5 i64) (local $a3 i64) (local $a4.2 i64)
    (local.set $a4 (i64.sub (local.get $sp) (i64.const 128)))           ;; 11038  addi sp,sp,-128
    (loop $Lc
      (local.set $a3 (i64.add (local.get $a0) (i64.const 1)))           ;; 11048  addi a3,a0,1
      (if (i64.gt_u                                                     ;; 1104c  bltu a1,a5,0x110e8
          (local.tee $a5 (i64.load8_u (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))))
          (i64.const 9))
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
                          (br_table                                     ;; 11056  jr a5
                            $L9a $L88 $L74 $L60 $L56 $L44 $L38 $L32 $L20 $La6
                            (i32.wrap_i64 (local.get $a5))))
                        (local.set $a5                                  ;; 1105a  addi a5,a0,2
                          (i64.add (local.get $a0) (i64.const 2)))
                        (local.set $a4.2                                ;; 1105e  addi a4,a4,-8
                          (i64.sub (local.get $a4) (i64.const 8)))
                        (if (i64.eq                                     ;; 11060  beqz a3,0x110e4
                            (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000)))
                            (i64.const 0))
                          (then
                            (local.set $a0 (local.get $a5))
                            (local.set $a4 (local.get $a4.2))
                            (br $Lc)))
                        (local.set $a0                                  ;; 11066  add a0,a0,a5
                          (i64.add
                            (local.tee $a0                              ;; 11062  lb a0,1(a0)
                              (i64.load8_s offset=1
                                (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))))
                            (local.get $a5)))
                        (local.set $a4 (local.get $a4.2))
                        (br $Lc))                                       ;; 11068  j 0x11044
                      (local.set $a0 (local.get $a3))
                      (local.set $a4                                    ;; 1106a  addi a4,a4,-8
                        (i64.sub (local.get $a4) (i64.const 8)))
                      (br $Lc))                                         ;; 1106e  j 0x11044
                    (i64.store                                          ;; 11078  sd a5,0(a4)
                      (i32.sub
                        (i32.wrap_i64 (local.tee $a4.2 (i64.add (local.get $a4) (i64.const 8))))
                        (i32.const 0x10000))
                      (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10008))))
                    (local.set $a0 (local.get $a3))
                    (local.set $a4 (local.get $a4.2))
                    (br $Lc))                                           ;; 1107a  j 0x11044
                  (local.set $a5                                        ;; 11080  ld a5,0(a4)
                    (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000))))
                  (i64.store                                            ;; 11084  sd a6,0(a4)
                    (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000))
                    (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10008))))
                  (i64.store                                            ;; 11088  sd a5,-8(a4)
                    (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10008))
                    (local.get $a5))
                  (local.set $a0 (local.get $a3))
                  (br $Lc))                                             ;; 1108c  j 0x11044
                (i64.store                                              ;; 11094  sd a5,0(a4)
                  (i32.sub
                    (i32.wrap_i64 (local.tee $a4.2 (i64.add (local.get $a4) (i64.const 8))))
                    (i32.const 0x10000))
                  (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000))))
                (local.set $a0 (local.get $a3))
                (local.set $a4 (local.get $a4.2))
                (br $Lc))                                               ;; 11096  j 0x11044
              (i64.store                                                ;; 110a8  sd a5,0(a4)
                (i32.sub
                  (i32.wrap_i64 (local.tee $a4.2 (i64.sub (local.get $a4) (i64.const 8))))
                  (i32.const 0x10000))
                (i64.mul                                                ;; 110a4  mul a5,a5,a6
                  (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10008)))
                  (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000)))))
              (local.set $a0 (local.get $a3))
              (local.set $a4 (local.get $a4.2))
              (br $Lc))                                                 ;; 110aa  j 0x11044
            (i64.store                                                  ;; 110bc  sd a5,0(a4)
              (i32.sub
                (i32.wrap_i64 (local.tee $a4.2 (i64.sub (local.get $a4) (i64.const 8))))
                (i32.const 0x10000))
              (i64.sub                                                  ;; 110b8  sub a5,a5,a6
                (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10008)))
                (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000)))))
            (local.set $a0 (local.get $a3))
            (local.set $a4 (local.get $a4.2))
            (br $Lc))                                                   ;; 110be  j 0x11044
          (i64.store                                                    ;; 110ce  sd a5,0(a4)
            (i32.sub
              (i32.wrap_i64 (local.tee $a4.2 (i64.sub (local.get $a4) (i64.const 8))))
              (i32.const 0x10000))
            (i64.add                                                    ;; 110cc  add a5,a5,a6
              (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10008)))
              (i64.load (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000)))))
          (local.set $a0 (local.get $a3))
          (local.set $a4 (local.get $a4.2))
          (br $Lc))                                                     ;; 110d0  j 0x11044
        (i64.store                                                      ;; 110da  sd a5,0(a4)
          (i32.sub
            (i32.wrap_i64 (local.tee $a4 (i64.add (local.get $a4) (i64.const 8))))
            (i32.const 0x10000))
          (i64.load8_s offset=1 (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))))
        (local.set $a0 (i64.add (local.get $a0) (i64.const 2)))         ;; 110d8  addi a0,a0,2
        (br $Lc)))                                                      ;; 110dc  j 0x11044
    (i64.load                                                           ;; 110e2  ret
      (i32.sub (i32.wrap_i64 (local.get $a4)) (i32.const 0x10000))))    ;; 110de  ld a0,0(a4)

  ;; main  0x11000..0x110b4  (sp, ra) -> a0, may exit
  (func $main (param $sp i64) (param $ra i64) (result i64 i32)
    (local $sp.at i32) (local $s10 i64) (local $s11 i64) (local $s9 i64) (local $s8 i64)
    (local $s7 i64) (local $s6 i64) (local $s5 i64) (local $s4 i64) (local $s1 i64)
    (local $s1.at i32) (local $a2 i64) (local $s2 i64) (local $s0 i64) (local $a0 i64)
    (local $status i32)
    (i64.store offset=152                                               ;; 11002  sd s1,152(sp)
      (local.tee $sp.at
        (i32.sub
          (i32.wrap_i64 (local.tee $sp (i64.sub (local.get $sp) (i64.const 176))))
          (i32.const 0x10000)))
      (global.get $state.s1))                                           ;; 11000  addi sp,sp,-176
    (i64.store offset=128 (local.get $sp.at) (global.get $state.s4))    ;; 1100a  sd s4,128(sp)
    (i64.store offset=120 (local.get $sp.at) (global.get $state.s5))    ;; 1100c  sd s5,120(sp)
    (i64.store offset=112 (local.get $sp.at) (global.get $state.s6))    ;; 1100e  sd s6,112(sp)
    (i64.store offset=104 (local.get $sp.at) (global.get $state.s7))    ;; 11010  sd s7,104(sp)
    (i64.store offset=96 (local.get $sp.at) (global.get $state.s8))     ;; 11012  sd s8,96(sp)
    (i64.store offset=88 (local.get $sp.at) (global.get $state.s9))     ;; 11014  sd s9,88(sp)
    (i64.store offset=80 (local.get $sp.at) (global.get $state.s10))    ;; 11016  sd s10,80(sp)
    (i64.store offset=72 (local.get $sp.at) (global.get $state.s11))    ;; 11018  sd s11,72(sp)
    (local.set $s10 (i64.load (i32.const 0x2078)))                      ;; 1101a  ld s10,56(s1)
    (local.set $s11 (i64.load (i32.const 0x2070)))                      ;; 1101e  ld s11,48(s1)
    (local.set $s9 (i64.load (i32.const 0x2080)))                       ;; 11022  ld s9,64(s1)
    (local.set $s8 (i64.load (i32.const 0x2088)))                       ;; 11026  ld s8,72(s1)
    (local.set $s7 (i64.load (i32.const 0x2090)))                       ;; 1102a  ld s7,80(s1)
    (local.set $s6 (i64.load (i32.const 0x2098)))                       ;; 1102e  ld s6,88(s1)
    (local.set $s5 (i64.load (i32.const 0x20a0)))                       ;; 11032  ld s5,96(s1)
    (local.set $s4 (i64.load (i32.const 0x20a8)))                       ;; 11036  ld s4,104(s1)
    (i64.store offset=136 (local.get $sp.at) (global.get $state.s3))    ;; 1103a  sd s3,136(sp)
    (i64.store offset=168 (local.get $sp.at) (local.get $ra))           ;; 1103c  sd ra,168(sp)
    (i64.store offset=160 (local.get $sp.at) (global.get $state.s0))    ;; 1103e  sd s0,160(sp)
    (i64.store offset=144 (local.get $sp.at) (global.get $state.s2))    ;; 11040  sd s2,144(sp)
    (local.set $s1 (i64.const 0x12040))
    (block $leave.none
      (loop $L44
        (local.set $a2                                                  ;; 11044  ld a2,8(s1)
          (i64.load offset=8
            (local.tee $s1.at (i32.sub (i32.wrap_i64 (local.get $s1)) (i32.const 0x10000)))))
        (i64.store (local.get $sp.at) (local.get $s11))                 ;; 1104a  sd s11,0(sp)
        (i64.store offset=8 (local.get $sp.at) (local.get $s10))        ;; 1104c  sd s10,8(sp)
        (i64.store offset=16 (local.get $sp.at) (local.get $s9))        ;; 1104e  sd s9,16(sp)
        (i64.store offset=24 (local.get $sp.at) (local.get $s8))        ;; 11050  sd s8,24(sp)
        (i64.store offset=32 (local.get $sp.at) (local.get $s7))        ;; 11052  sd s7,32(sp)
        (i64.store offset=40 (local.get $sp.at) (local.get $s6))        ;; 11054  sd s6,40(sp)
        (i64.store offset=48 (local.get $sp.at) (local.get $s5))        ;; 11056  sd s5,48(sp)
        (i64.store offset=56 (local.get $sp.at) (local.get $s4))        ;; 11058  sd s4,56(sp)
        (global.set $state.s1 (local.get $s1))                          ;; 1105a  call sort
        (global.set $state.s3 (i64.const 0x12000))
        (global.set $state.s4 (local.get $s4))
        (global.set $state.s5 (local.get $s5))
        (global.set $state.s6 (local.get $s6))
        (global.set $state.s7 (local.get $s7))
        (global.set $state.s8 (local.get $s8))
        (global.set $state.s9 (local.get $s9))
        (global.set $state.s10 (local.get $s10))
        (global.set $state.s11 (local.get $s11))
        (br_if $leave.none
          (local.tee $status
            (call $sort (local.get $sp) (i64.const 0x1105e) (local.get $sp) (i64.const 8)
              (local.get $a2))))
        (global.set $state.s0 (local.get $sp))                          ;; 11066  call print
        (global.set $state.s2 (local.tee $s2 (i64.add (local.get $sp) (i64.const 64))))
        (br_if $leave.none
          (local.tee $status
            (call $print (local.get $sp) (i64.const 0x1106a) (i64.load (local.get $s1.at)))))
        (local.set $s0 (local.get $sp))
        (loop $L6a
          (br_if $leave.none                                            ;; 1106e  call print
            (local.tee $status
              (call $print (local.get $sp) (i64.const 0x11072) (i64.const 0x12000))))
          (local.set $a0                                                ;; 11072  ld a0,0(s0)
            (i64.load (i32.sub (i32.wrap_i64 (local.get $s0)) (i32.const 0x10000))))
          (global.set $state.s0                                         ;; 11076  call print_number
            (local.tee $s0 (i64.add (local.get $s0) (i64.const 8))))    ;; 11074  addi s0,s0,8
          (br_if $leave.none
            (local.tee $status
              (call $print_number (local.get $sp) (i64.const 0x1107a) (local.get $a0))))
          (br_if $L6a (i64.ne (local.get $s0) (local.get $s2))))        ;; 1107a  bne s0,s2,0x1106a
        (br_if $leave.none                                              ;; 11084  call print
          (local.tee $status (call $print (local.get $sp) (i64.const 0x11088) (i64.const 0x12008))))
        (if (i64.ne (local.get $s1) (i64.const 0x12060))                ;; 11090  bne s1,a5,0x11044
          (then
            (local.set $s1 (i64.add (local.get $s1) (i64.const 16)))    ;; 1108a  addi s1,s1,16
            (br $L44))))                                                ;; 11090  bne s1,a5,0x11044
      (global.set $state.s0 (i64.load offset=160 (local.get $sp.at)))   ;; 110b2  ret
      (global.set $state.s1 (i64.load offset=152 (local.get $sp.at)))
      (global.set $state.s2 (i64.load offset=144 (local.get $sp.at)))
      (global.set $state.s3 (i64.load offset=136 (local.get $sp.at)))
      (global.set $state.s4 (i64.load offset=128 (local.get $sp.at)))
      (global.set $state.s5 (i64.load offset=120 (local.get $sp.at)))
      (global.set $state.s6 (i64.load offset=112 (local.get $sp.at)))
      (global.set $state.s7 (i64.load offset=104 (local.get $sp.at)))
      (global.set $state.s8 (i64.load offset=96 (local.get $sp.at)))
      (global.set $state.s9 (i64.load offset=88 (local.get $sp.at)))
      (global.set $state.s10 (i64.load offset=80 (local.get $sp.at)))
      (global.set $state.s11 (i64.load offset=72 (local.get $sp.at)))
      (return (i64.const 0) (i32.const 0)))
    (i64.const 0)
    (local.get $status))

  ;; ascending  0x110b4..0x110ba  (a0, a1) -> a0
  (func $ascending (param $a0 i64) (param $a1 i64) (result i64)
    (i64.extend_i32_u (i64.lt_s (local.get $a0) (local.get $a1))))      ;; 110b8  ret

  ;; descending  0x110ba..0x110c0  (a0, a1) -> a0
  (func $descending (param $a0 i64) (param $a1 i64) (result i64)
    (i64.extend_i32_u (i64.lt_s (local.get $a1) (local.get $a0))))      ;; 110be  ret

  ;; by_last_digit  0x110c0..0x110d0  (a0, a1) -> a0
  (func $by_last_digit (param $a0 i64) (param $a1 i64) (result i64)
    (i64.extend_i32_u                                                   ;; 110ce  ret
      (i64.lt_s                                                         ;; 110ca  slt a0,a0,a1
        (i64.rem_s (local.get $a0) (i64.const 10))                      ;; 110c2  rem a0,a0,a5
        (i64.rem_s (local.get $a1) (i64.const 10)))))                   ;; 110c6  rem a1,a1,a5

  ;; sort  0x110d0..0x1114a  (sp, ra, a0, a1, a2), may exit
  (func $sort (param $sp i64) (param $ra i64) (param $a0 i64) (param $a1 i64) (param $a2 i64)
    (result i32)
    (local $s0 i64) (local $s1 i64) (local $s2 i64) (local $s3 i64) (local $s4 i64) (local $s5 i64)
    (local $s6 i64) (local $s7 i64) (local $sp.at i32) (local $s4.2 i64) (local $s5.2 i64)
    (local $s2.2 i64) (local $s0.2 i64) (local $s1.2 i64) (local $s0.3 i32) (local $s0.at i32)
    (local $s1.3 i64) (local $status i32)
    (local.set $s0 (global.get $state.s0))                              ;; 110d0  addi sp,sp,-80
    (local.set $s1 (global.get $state.s1))
    (local.set $s2 (global.get $state.s2))
    (local.set $s3 (global.get $state.s3))
    (local.set $s5 (global.get $state.s5))
    (local.set $s6 (global.get $state.s6))
    (local.set $s7 (global.get $state.s7))
    (i64.store offset=32                                                ;; 110d2  sd s4,32(sp)
      (local.tee $sp.at
        (i32.sub
          (i32.wrap_i64 (local.tee $sp (i64.sub (local.get $sp) (i64.const 80))))
          (i32.const 0x10000)))
      (local.tee $s4 (global.get $state.s4)))                           ;; 110d0  addi sp,sp,-80
    (i64.store offset=72 (local.get $sp.at) (local.get $ra))            ;; 110d4  sd ra,72(sp)
    (i64.store offset=64 (local.get $sp.at) (local.get $s0))            ;; 110d6  sd s0,64(sp)
    (i64.store offset=56 (local.get $sp.at) (local.get $s1))            ;; 110d8  sd s1,56(sp)
    (i64.store offset=48 (local.get $sp.at) (local.get $s2))            ;; 110da  sd s2,48(sp)
    (i64.store offset=40 (local.get $sp.at) (local.get $s3))            ;; 110dc  sd s3,40(sp)
    (i64.store offset=24 (local.get $sp.at) (local.get $s5))            ;; 110de  sd s5,24(sp)
    (i64.store offset=16 (local.get $sp.at) (local.get $s6))            ;; 110e0  sd s6,16(sp)
    (i64.store offset=8 (local.get $sp.at) (local.get $s7))             ;; 110e2  sd s7,8(sp)
    (block $leave.i64 (result i64)
      (if (i64.gt_s (local.get $a1) (i64.const 1))                      ;; 110e6  bge s4,a1,0x11124
        (then
          (local.set $s4.2 (i64.const 1))
          (local.set $s5.2 (i64.add (local.get $a0) (i64.const 8)))     ;; 110f0  addi s5,a0,8
          (loop $L24
            (local.set $s2.2                                            ;; 110f4  ld s2,0(s5)
              (i64.load (i32.sub (i32.wrap_i64 (local.get $s5.2)) (i32.const 0x10000))))
            (local.set $s0.2 (local.get $s5.2))
            (local.set $s1.2 (local.get $s4.2))
            (loop $L3a
              (local.set $s0.at                                         ;; 1110a  ld a1,-8(s0)
                (i32.sub (local.tee $s0.3 (i32.wrap_i64 (local.get $s0.2))) (i32.const 0x10008)))
              (global.set $state.s0 (local.get $s0.2))                  ;; 11112  jalr s3
              (global.set $state.s1 (local.tee $s1.3 (i64.sub (local.get $s1.2) (i64.const 1))))
              (global.set $state.s2 (local.get $s2.2))
              (global.set $state.s3 (local.get $a2))
              (global.set $state.s4 (local.get $s4.2))
              (global.set $state.s5 (local.get $s5.2))
              (global.set $state.s6 (local.get $a1))
              (global.set $state.s7 (local.get $a0))
              (if (i64.ne                                               ;; 11116  bnez a0,0x110fe
                  (br_if $leave.i64                                     ;; 11112  jalr s3
                    (local.tee $status
                      (call_indirect $functions (type $rv.class)
                        (local.get $sp) (i64.const 0x11114) (local.get $s2.2)
                        (i64.load (local.get $s0.at))                   ;; 1110a  ld a1,-8(s0)
                        (call $rv.slot (i64.and (local.get $a2) (i64.const -2))))))
                  (i64.const 0))
                (then
                  (i64.store                                            ;; 11102  sd a4,0(s0)
                    (i32.sub (local.get $s0.3) (i32.const 0x10000))
                    (i64.load (local.get $s0.at)))                      ;; 110fe  ld a4,-8(s0)
                  (local.set $s0.2                                      ;; 11104  addi s0,a5,-8
                    (i64.sub (local.get $s0.2) (i64.const 8)))
                  (if (i64.ne (local.get $s1.2) (i64.const 1))          ;; 11108  beqz s1,0x1113a
                    (then
                      (local.set $s1.2 (local.get $s1.3))
                      (br $L3a)))
                  (i64.store                                            ;; 1113c  sd s2,0(a5)
                    (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
                    (local.get $s2.2))
                  (local.set $s5.2                                      ;; 11142  addi s5,s5,8
                    (i64.add (local.get $s5.2) (i64.const 8)))
                  (br_if $L24                                           ;; 11144  bne s6,s4,0x110f4
                    (i64.ne
                      (local.get $a1)
                      (local.tee $s4.2 (i64.add (local.get $s4.2) (i64.const 1))))))
                (else
                  (i64.store                                            ;; 11118  sd s2,0(a5)
                    (i32.sub (local.get $s0.3) (i32.const 0x10000))
                    (local.get $s2.2))
                  (local.set $s5.2                                      ;; 1111e  addi s5,s5,8
                    (i64.add (local.get $s5.2) (i64.const 8)))
                  (br_if $L24                                           ;; 11120  bne s6,s4,0x110f4
                    (i64.ne
                      (local.get $a1)
                      (local.tee $s4.2 (i64.add (local.get $s4.2) (i64.const 1)))))))))))
      (global.set $state.s0 (local.get $s0))                            ;; 11138  ret
      (global.set $state.s1 (local.get $s1))
      (global.set $state.s2 (local.get $s2))
      (global.set $state.s3 (local.get $s3))
      (global.set $state.s4 (local.get $s4))
      (global.set $state.s5 (local.get $s5))
      (global.set $state.s6 (local.get $s6))
      (global.set $state.s7 (local.get $s7))
      (return (i32.const 0)))
    (drop)
    (local.get $status))

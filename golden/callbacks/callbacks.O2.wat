  ;; main  0x11000..0x110b4  (sp) -> a0, may exit
  (func $main (param $sp i64) (result i64 i32)
    (local $s10 i64) (local $s11 i64) (local $s9 i64) (local $s8 i64) (local $s7 i64)
    (local $s6 i64) (local $s5 i64) (local $s4 i64) (local $s1 i64) (local $tmp i32)
    (local $status i32)
    (local.set $s10 (i64.load (i32.const 0x2078)))                      ;; 1101a  ld s10,56(s1)
    (local.set $s11 (i64.load (i32.const 0x2070)))                      ;; 1101e  ld s11,48(s1)
    (local.set $s9 (i64.load (i32.const 0x2080)))                       ;; 11022  ld s9,64(s1)
    (local.set $s8 (i64.load (i32.const 0x2088)))                       ;; 11026  ld s8,72(s1)
    (local.set $s7 (i64.load (i32.const 0x2090)))                       ;; 1102a  ld s7,80(s1)
    (local.set $s6 (i64.load (i32.const 0x2098)))                       ;; 1102e  ld s6,88(s1)
    (local.set $s5 (i64.load (i32.const 0x20a0)))                       ;; 11032  ld s5,96(s1)
    (local.set $s4 (i64.load (i32.const 0x20a8)))                       ;; 11036  ld s4,104(s1)
    (local.set $sp (i64.sub (local.get $sp) (i64.const 176)))           ;; 11000  addi sp,sp,-176
    (local.set $s1 (i64.const 0x12040))
    (block $out.1
      (loop $L44
        (br_if $out.1                                                   ;; 11044  ld a2,8(s1)
          (local.tee $status
            (call $main@11044.loop (local.get $s1) (local.get $sp) (local.get $s11) (local.get $s10)
              (local.get $s9) (local.get $s8) (local.get $s7) (local.get $s6) (local.get $s5)
              (local.get $s4))))
        (local.set $tmp)
        (local.set $s1)
        (br_if $L44 (i32.eqz (local.get $tmp))))
      (return (i64.const 0) (i32.const 0)))                             ;; 110b2  ret
    (i64.const 0) (local.get $status))

  ;; main  0x11044..0x110b4  (s1, sp, s11, s10, s9, s8, s7, s6, s5, s4), one turn of the loop in
  ;;     main at 0x11044, may exit
  (func $main@11044.loop (param $s1 i64) (param $sp i64) (param $s11 i64) (param $s10 i64)
    (param $s9 i64) (param $s8 i64) (param $s7 i64) (param $s6 i64) (param $s5 i64) (param $s4 i64)
    (result i64 i32 i32)
    (local $a2 i64) (local $s2 i64) (local $s0 i64) (local $a0 i64) (local $ra i64)
    (local $s1.at i32) (local $sp.at i32) (local $status i32)
    (local.set $a2                                                      ;; 11044  ld a2,8(s1)
      (i64.load offset=8
        (local.tee $s1.at (i32.sub (i32.wrap_i64 (local.get $s1)) (i32.const 0x10000)))))
    (i64.store                                                          ;; 1104a  sd s11,0(sp)
      (local.tee $sp.at (i32.sub (i32.wrap_i64 (local.get $sp)) (i32.const 0x10000)))
      (local.get $s11))
    (i64.store offset=8 (local.get $sp.at) (local.get $s10))            ;; 1104c  sd s10,8(sp)
    (i64.store offset=16 (local.get $sp.at) (local.get $s9))            ;; 1104e  sd s9,16(sp)
    (i64.store offset=24 (local.get $sp.at) (local.get $s8))            ;; 11050  sd s8,24(sp)
    (i64.store offset=32 (local.get $sp.at) (local.get $s7))            ;; 11052  sd s7,32(sp)
    (i64.store offset=40 (local.get $sp.at) (local.get $s6))            ;; 11054  sd s6,40(sp)
    (i64.store offset=48 (local.get $sp.at) (local.get $s5))            ;; 11056  sd s5,48(sp)
    (i64.store offset=56 (local.get $sp.at) (local.get $s4))            ;; 11058  sd s4,56(sp)
    (block $owe (block $out.3 (block $leave (result i64) (block $out.2 (block $out.1
      (br_if $out.1                                                     ;; 1105a  call sort
        (local.tee $status
          (call $sort (local.get $sp) (local.get $sp) (i64.const 8) (local.get $a2))))
      (local.set $s2 (i64.add (local.get $sp) (i64.const 64)))          ;; 11062  addi s2,sp,64
      (br_if $out.2                                                     ;; 11066  call print
        (local.tee $status (call $print (local.get $sp) (i64.load (local.get $s1.at)))))
      (local.set $s0 (local.get $sp))
      (loop $L26
        (if                                                             ;; 1106e  call print
          (local.tee $status (call $print (local.get $sp) (i64.const 0x12000)))
          (then (br $leave (i64.const 0x11072))))
        (local.set $a0                                                  ;; 11072  ld a0,0(s0)
          (i64.load (i32.sub (i32.wrap_i64 (local.get $s0)) (i32.const 0x10000))))
        (local.set $s0 (i64.add (local.get $s0) (i64.const 8)))         ;; 11074  addi s0,s0,8
        (if                                                             ;; 11076  call print_number
          (local.tee $status (call $print_number (local.get $sp) (local.get $a0)))
          (then (br $leave (i64.const 0x1107a))))
        (br_if $L26 (i64.ne (local.get $s0) (local.get $s2))))          ;; 1107a  bne s0,s2,0x1106a
      (br_if $out.3                                                     ;; 11084  call print
        (local.tee $status (call $print (local.get $sp) (i64.const 0x12008))))
      (if (i64.ne                                                       ;; 11090  bne s1,a5,0x11044
          (local.tee $s1 (i64.add (local.get $s1) (i64.const 16)))      ;; 1108a  addi s1,s1,16
          (i64.const 0x12070))
        (then (return (local.get $s1) (i32.const 0) (i32.const 0))))
      (return (i64.const 0) (i32.const 1) (i32.const 0)))
      (call $give.xff80202 (i64.const 0x1105e) (local.get $s1)          ;; 1105a  call sort
        (i64.const 0x12000) (local.get $s4) (local.get $s5) (local.get $s6) (local.get $s7)
        (local.get $s8) (local.get $s9) (local.get $s10) (local.get $s11))
      (br $owe))
      (call $give.xffc0302 (i64.const 0x1106a) (local.get $sp)          ;; 11066  call print
        (local.get $s1) (local.get $s2) (i64.const 0x12000) (local.get $s4) (local.get $s5)
        (local.get $s6) (local.get $s7) (local.get $s8) (local.get $s9) (local.get $s10)
        (local.get $s11))
      (br $owe))
      (local.set $ra)
      (call $give.xffc0302 (local.get $ra) (local.get $s0) (local.get $s1) (local.get $s2)
        (i64.const 0x12000) (local.get $s4) (local.get $s5) (local.get $s6) (local.get $s7)
        (local.get $s8) (local.get $s9) (local.get $s10) (local.get $s11))
      (br $owe))
      (call $give.xffc0302 (i64.const 0x11088) (local.get $s2)          ;; 11084  call print
        (local.get $s1) (local.get $s2) (i64.const 0x12000) (local.get $s4) (local.get $s5)
        (local.get $s6) (local.get $s7) (local.get $s8) (local.get $s9) (local.get $s10)
        (local.get $s11)))
    (call $owe.s11.s10.s9.s8.s7.s6.s5.s4.s3.s2.s1.s0.ra (i64.add (local.get $sp) (i64.const 72)))
    (i64.const 0) (i32.const 0) (local.get $status))

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

  ;; sort  0x110d0..0x1114a  (sp, a0, a1, a2), may exit
  (func $sort (param $sp i64) (param $a0 i64) (param $a1 i64) (param $a2 i64) (result i32)
    (local $s4 i64) (local $s5 i64) (local $s2 i64) (local $s1 i64) (local $s0 i64)
    (local $s0.2 i32) (local $s0.at i32) (local $status i32)
    (local.set $sp (i64.sub (local.get $sp) (i64.const 80)))            ;; 110d0  addi sp,sp,-80
    (if (i64.le_s (local.get $a1) (i64.const 1))                        ;; 110e6  bge s4,a1,0x11124
      (then (return (i32.const 0))))                                    ;; 11138  ret
    (local.set $s4 (i64.const 1))
    (local.set $s5 (i64.add (local.get $a0) (i64.const 8)))             ;; 110f0  addi s5,a0,8
    (block $out.1
      (loop $L24
        (local.set $s2                                                  ;; 110f4  ld s2,0(s5)
          (i64.load (i32.sub (i32.wrap_i64 (local.get $s5)) (i32.const 0x10000))))
        (local.set $s0 (local.get $s5))
        (local.set $s1 (local.get $s4))
        (loop $L3a
          (local.set $s1 (i64.sub (local.get $s1) (i64.const 1)))       ;; 11110  addi s1,s1,-1
          (if (i64.eqz                                                  ;; 11116  bnez a0,0x110fe
              (br_if $out.1                                             ;; 11112  jalr s3
                (local.tee $status
                  (call_indirect $functions (type $rv.class)
                    (local.get $sp)
                    (local.get $s2)
                    (i64.load                                           ;; 1110a  ld a1,-8(s0)
                      (local.tee $s0.at
                        (i32.sub
                          (local.tee $s0.2 (i32.wrap_i64 (local.get $s0)))
                          (i32.const 0x10008))))
                    (call $rv.slot (i64.and (local.get $a2) (i64.const -2)))))))
            (then
              (i64.store                                                ;; 11118  sd s2,0(a5)
                (i32.sub (local.get $s0.2) (i32.const 0x10000))
                (local.get $s2))
              (local.set $s5 (i64.add (local.get $s5) (i64.const 8)))   ;; 1111e  addi s5,s5,8
              (br_if $L24                                               ;; 11120  bne s6,s4,0x110f4
                (i64.ne (local.get $a1) (local.tee $s4 (i64.add (local.get $s4) (i64.const 1)))))
              (return (i32.const 0))))                                  ;; 11138  ret
          (i64.store offset=8                                           ;; 11102  sd a4,0(s0)
            (local.get $s0.at)
            (i64.load (local.get $s0.at)))                              ;; 110fe  ld a4,-8(s0)
          (local.set $s0 (i64.sub (local.get $s0) (i64.const 8)))       ;; 11104  addi s0,a5,-8
          (br_if $L3a (i64.ne (local.get $s1) (i64.const 0))))          ;; 11108  beqz s1,0x1113a
        (i64.store                                                      ;; 1113c  sd s2,0(a5)
          (i32.sub (i32.wrap_i64 (local.get $a0)) (i32.const 0x10000))
          (local.get $s2))
        (local.set $s5 (i64.add (local.get $s5) (i64.const 8)))         ;; 11142  addi s5,s5,8
        (br_if $L24                                                     ;; 11144  bne s6,s4,0x110f4
          (i64.ne (local.get $a1) (local.tee $s4 (i64.add (local.get $s4) (i64.const 1))))))
      (return (i32.const 0)))                                           ;; 11138  ret
    (call $give.xfc0302 (i64.const 0x11114) (local.get $s0)             ;; 11112  jalr s3
      (local.get $s1) (local.get $s2) (local.get $a2) (local.get $s4) (local.get $s5)
      (local.get $a1) (local.get $a0))
    (call $owe.s7.s6.s5.s4.s3.s2.s1.s0.ra (i64.add (local.get $sp) (i64.const 8)))
    (local.get $status))

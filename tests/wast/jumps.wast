;; RV64I: unconditional jumps. The code is at 0x10000.

;; guest "j" () -> (a0)
;;   00100513  li a0,1
;;   0080006f  j 0x1000c
;;   00200513  li a0,2
(assert_return (invoke "j") (i64.const 1))

;; The link is the address after the jump.
;; guest "jal" () -> (a0)
;;   008002ef  jal t0,0x10008
;;   00000013  nop
;;   00028513  mv a0,t0
(assert_return (invoke "jal") (i64.const 0x10004))

;; `jalr` takes its target before it writes its link, so that the two registers
;; may be one.
;; guest "jalr.overlap" () -> (a0)
;;   00000297  auipc t0,0x0
;;   010282e7  jalr t0,16(t0)
;;   00100513  li a0,1
;;   00008067  ret
;;   00028513  mv a0,t0
(assert_return (invoke "jalr.overlap") (i64.const 0x10008))

;; Here and below `interpreted` marks what returns with another `ra` than it was
;; called with, as no compiler writes it: its callers go on in the interpreter.
;; guest "jalr.ra.ra" () -> (a0) interpreted
;;   00008293  mv t0,ra
;;   00000097  auipc ra,0x0
;;   010080e7  jalr 16(ra)
;;   00100513  li a0,1
;;   00028067  jr t0
;;   00008513  mv a0,ra
;;   00028093  mv ra,t0
(assert_return (invoke "jalr.ra.ra") (i64.const 0x1000c))

;; The lowest bit of a target is dropped.
;; guest "jr.odd" () -> (a0)
;;   00000297  auipc t0,0x0
;;   01128293  addi t0,t0,17
;;   00028067  jr t0
;;   00100513  li a0,1
;;   00028513  mv a0,t0
(assert_return (invoke "jr.odd") (i64.const 0x10011))

;; guest "jr.odd.offset" () -> (a0)
;;   00700513  li a0,7
;;   00000297  auipc t0,0x0
;;   00d28067  jr 13(t0)
;;   00100513  li a0,1
;;   00150513  addi a0,a0,1
(assert_return (invoke "jr.odd.offset") (i64.const 8))

;; A call inside, and its return.
;; guest "call" (a0) -> (a0) interpreted
;;   00008313  mv t1,ra
;;   010000ef  jal 0x10014
;;   00c000ef  jal 0x10014
;;   00030093  mv ra,t1
;;   00008067  ret
;;   00a50533  add a0,a0,a0
(assert_return (invoke "call" (i64.const 5)) (i64.const 20))

;; Calls through the alternate link register, as of millicode.
;; guest "call.t0" (a0) -> (a0)
;;   00c002ef  jal t0,0x1000c
;;   00150513  addi a0,a0,1
;;   00008067  ret
;;   00151513  slli a0,a0,0x1
;;   00028067  jr t0
(assert_return (invoke "call.t0" (i64.const 21)) (i64.const 43))

;; A call whose return address nobody keeps is a jump.
;; guest "jal.next" (a0) -> (a0) interpreted
;;   00008313  mv t1,ra
;;   004000ef  jal 0x10008
;;   00150513  addi a0,a0,1
;;   00030093  mv ra,t1
(assert_return (invoke "jal.next" (i64.const 1)) (i64.const 2))

;; The target is computed from what the caller gives: 0 goes on to the first of
;; three instructions, 8 to the last.
;; guest "computed" (a0) -> (a1) interpreted
;;   00000593  li a1,0
;;   00000297  auipc t0,0x0
;;   00a282b3  add t0,t0,a0
;;   01028067  jr 16(t0)
;;   c0001073  unimp
;;   00158593  addi a1,a1,1
;;   00158593  addi a1,a1,1
;;   00158593  addi a1,a1,1
(assert_return (invoke "computed" (i64.const 4)) (i64.const 2))
(assert_return (invoke "computed" (i64.const 0)) (i64.const 3))
(assert_return (invoke "computed" (i64.const 8)) (i64.const 1))

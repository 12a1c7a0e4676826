;; Zicboz and Zicbom: operations on blocks of 64 bytes. The 256 bytes at 0x21000
;; hold 0 to 255.

;; The whole block around the address is cleared, and nothing else.
;; guest "cbo.zero" (a0) -> (a1, a2, a3, a4) unemulated
;;   0045200f  cbo.zero (a0)
;;   000217b7  lui a5,0x21
;;   03f7c583  lbu a1,63(a5)
;;   0407b603  ld a2,64(a5)
;;   0787b683  ld a3,120(a5)
;;   0807c703  lbu a4,128(a5)
(assert_return (invoke "cbo.zero" (i64.const 0x21040))
  (i64.const 63) (i64.const 0) (i64.const 0) (i64.const 128))
(assert_return (invoke "cbo.zero" (i64.const 0x2107f))
  (i64.const 63) (i64.const 0) (i64.const 0) (i64.const 128))
(assert_return (invoke "cbo.zero" (i64.const 0x21053))
  (i64.const 63) (i64.const 0) (i64.const 0) (i64.const 128))

;; guest "cbo.zero.first" (a0) -> (a1, a2) unemulated
;;   0045200f  cbo.zero (a0)
;;   000217b7  lui a5,0x21
;;   0007c583  lbu a1,0(a5)
;;   0417c603  lbu a2,65(a5)
(assert_return (invoke "cbo.zero.first" (i64.const 0x21001)) (i64.const 0) (i64.const 65))

;; Memory is coherent: these change nothing.
;; guest "management" (a0) -> (a1) unemulated
;;   0015200f  cbo.clean (a0)
;;   0025200f  cbo.flush (a0)
;;   0005200f  cbo.inval (a0)
;;   00053583  ld a1,0(a0)
(assert_return (invoke "management" (i64.const 0x21008)) (i64.const 0x0f0e0d0c0b0a0908))

;; guest "cbo.null" (a0) -> () unemulated
;;   0045200f  cbo.zero (a0)
(assert_trap (invoke "cbo.null" (i64.const 0)) "SIGSEGV")

;; Zbb: basic bit manipulation.

;; guest "andn" (a0, a1) -> (a0)
;;   40b57533  andn a0,a0,a1
(assert_return (invoke "andn" (i64.const -1) (i64.const 0xff00)) (i64.const 0xffffffffffff00ff))
(assert_return (invoke "andn" (i64.const 0xf0) (i64.const 0xff)) (i64.const 0))

;; guest "orn" (a0, a1) -> (a0)
;;   40b56533  orn a0,a0,a1
(assert_return (invoke "orn" (i64.const 0) (i64.const 0xff00)) (i64.const 0xffffffffffff00ff))
(assert_return (invoke "orn" (i64.const 0x100) (i64.const -1)) (i64.const 0x100))

;; guest "xnor" (a0, a1) -> (a0)
;;   40b54533  xnor a0,a0,a1
(assert_return (invoke "xnor" (i64.const 5) (i64.const 5)) (i64.const -1))
(assert_return (invoke "xnor" (i64.const 0) (i64.const -1)) (i64.const 0))

;; guest "clz" (a0) -> (a0)
;;   60051513  clz a0,a0
(assert_return (invoke "clz" (i64.const 0)) (i64.const 64))
(assert_return (invoke "clz" (i64.const -1)) (i64.const 0))
(assert_return (invoke "clz" (i64.const 1)) (i64.const 63))

;; guest "ctz" (a0) -> (a0)
;;   60151513  ctz a0,a0
(assert_return (invoke "ctz" (i64.const 0)) (i64.const 64))
(assert_return (invoke "ctz" (i64.const -1)) (i64.const 0))
(assert_return (invoke "ctz" (i64.const 0x8000000000000000)) (i64.const 63))

;; guest "cpop" (a0) -> (a0)
;;   60251513  cpop a0,a0
(assert_return (invoke "cpop" (i64.const 0)) (i64.const 0))
(assert_return (invoke "cpop" (i64.const -1)) (i64.const 64))
(assert_return (invoke "cpop" (i64.const 0x8000000100000001)) (i64.const 3))

;; Of words: at most 32, and the upper half does not count.
;; guest "clzw" (a0) -> (a0)
;;   6005151b  clzw a0,a0
(assert_return (invoke "clzw" (i64.const 0)) (i64.const 32))
(assert_return (invoke "clzw" (i64.const 0xffffffff00000000)) (i64.const 32))
(assert_return (invoke "clzw" (i64.const 0x80000000)) (i64.const 0))
(assert_return (invoke "clzw" (i64.const 0xffffffff00000001)) (i64.const 31))

;; guest "ctzw" (a0) -> (a0)
;;   6015151b  ctzw a0,a0
(assert_return (invoke "ctzw" (i64.const 0)) (i64.const 32))
(assert_return (invoke "ctzw" (i64.const 0x100000000)) (i64.const 32))
(assert_return (invoke "ctzw" (i64.const 0x80000000)) (i64.const 31))

;; guest "cpopw" (a0) -> (a0)
;;   6025151b  cpopw a0,a0
(assert_return (invoke "cpopw" (i64.const -1)) (i64.const 32))
(assert_return (invoke "cpopw" (i64.const 0xffffffff00000003)) (i64.const 2))

;; guest "max" (a0, a1) -> (a0)
;;   0ab56533  max a0,a0,a1
(assert_return (invoke "max" (i64.const -1) (i64.const 0)) (i64.const 0))
(assert_return (invoke "max" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x7fffffffffffffff))

;; guest "maxu" (a0, a1) -> (a0)
;;   0ab57533  maxu a0,a0,a1
(assert_return (invoke "maxu" (i64.const -1) (i64.const 0)) (i64.const -1))
(assert_return (invoke "maxu" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000))

;; guest "min" (a0, a1) -> (a0)
;;   0ab54533  min a0,a0,a1
(assert_return (invoke "min" (i64.const -1) (i64.const 0)) (i64.const -1))
(assert_return (invoke "min" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000))

;; guest "minu" (a0, a1) -> (a0)
;;   0ab55533  minu a0,a0,a1
(assert_return (invoke "minu" (i64.const -1) (i64.const 0)) (i64.const 0))
(assert_return (invoke "minu" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x7fffffffffffffff))

;; guest "sext.b" (a0) -> (a0)
;;   60451513  sext.b a0,a0
(assert_return (invoke "sext.b" (i64.const 0x80)) (i64.const -128))
(assert_return (invoke "sext.b" (i64.const 0xffffff7f)) (i64.const 127))

;; guest "sext.h" (a0) -> (a0)
;;   60551513  sext.h a0,a0
(assert_return (invoke "sext.h" (i64.const 0x8000)) (i64.const -32768))
(assert_return (invoke "sext.h" (i64.const -32769)) (i64.const 32767))

;; guest "zext.h" (a0) -> (a0)
;;   0805453b  zext.h a0,a0
(assert_return (invoke "zext.h" (i64.const -1)) (i64.const 0xffff))

;; guest "rol" (a0, a1) -> (a0)
;;   60b51533  rol a0,a0,a1
(assert_return (invoke "rol" (i64.const 0x8000000000000001) (i64.const 1)) (i64.const 3))
(assert_return (invoke "rol" (i64.const 0x123456789abcdef0) (i64.const 64))
  (i64.const 0x123456789abcdef0))
(assert_return (invoke "rol" (i64.const 0x123456789abcdef0) (i64.const -4))
  (i64.const 0x0123456789abcdef))

;; guest "ror" (a0, a1) -> (a0)
;;   60b55533  ror a0,a0,a1
(assert_return (invoke "ror" (i64.const 1) (i64.const 1)) (i64.const 0x8000000000000000))
(assert_return (invoke "ror" (i64.const 0x123456789abcdef0) (i64.const 0))
  (i64.const 0x123456789abcdef0))
(assert_return (invoke "ror" (i64.const 0x123456789abcdef0) (i64.const 68))
  (i64.const 0x0123456789abcdef))

;; guest "rori" (a0) -> (a0)
;;   63f55513  rori a0,a0,0x3f
(assert_return (invoke "rori" (i64.const 0x8000000000000001)) (i64.const 3))

;; guest "rolw" (a0, a1) -> (a0)
;;   60b5153b  rolw a0,a0,a1
(assert_return (invoke "rolw" (i64.const 0x40000000) (i64.const 1)) (i64.const 0xffffffff80000000))
(assert_return (invoke "rolw" (i64.const 0xffffffff00000001) (i64.const 31))
  (i64.const 0xffffffff80000000))
(assert_return (invoke "rolw" (i64.const 0x80000000) (i64.const 32)) (i64.const 0xffffffff80000000))

;; guest "rorw" (a0, a1) -> (a0)
;;   60b5553b  rorw a0,a0,a1
(assert_return (invoke "rorw" (i64.const 1) (i64.const 1)) (i64.const 0xffffffff80000000))
(assert_return (invoke "rorw" (i64.const 0xffffffff00000002) (i64.const 1)) (i64.const 1))
(assert_return (invoke "rorw" (i64.const 0x80000000) (i64.const 0)) (i64.const 0xffffffff80000000))

;; guest "roriw" (a0) -> (a0)
;;   6045551b  roriw a0,a0,0x4
(assert_return (invoke "roriw" (i64.const 0x12345678)) (i64.const 0xffffffff81234567))
(assert_return (invoke "roriw" (i64.const 0xffffffff00000010)) (i64.const 1))

;; Each byte becomes 0 or 255.
;; guest "orc.b" (a0) -> (a0)
;;   28755513  orc.b a0,a0
(assert_return (invoke "orc.b" (i64.const 0)) (i64.const 0))
(assert_return (invoke "orc.b" (i64.const 0x8000000000000001)) (i64.const 0xff000000000000ff))
(assert_return (invoke "orc.b" (i64.const 0x0001020010800400)) (i64.const 0x00ffff00ffffff00))
(assert_return (invoke "orc.b" (i64.const 0x0101010101010101)) (i64.const -1))

;; guest "rev8" (a0) -> (a0)
;;   6b855513  rev8 a0,a0
(assert_return (invoke "rev8" (i64.const 0x0102030405060708)) (i64.const 0x0807060504030201))
(assert_return (invoke "rev8" (i64.const 0xff)) (i64.const 0xff00000000000000))

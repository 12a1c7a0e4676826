;; RV64I: operations on words. The upper halves of sources do not count, and the
;; 32-bit result is sign-extended.

;; guest "addw" (a0, a1) -> (a0)
;;   00b5053b  addw a0,a0,a1
(assert_return (invoke "addw" (i64.const 0x7fffffff) (i64.const 1)) (i64.const 0xffffffff80000000))
(assert_return (invoke "addw" (i64.const 0xffffffff) (i64.const 1)) (i64.const 0))
(assert_return (invoke "addw" (i64.const 0x1234567800000001) (i64.const 0x8765432100000002))
  (i64.const 3))
(assert_return (invoke "addw" (i64.const 0x80000000) (i64.const 0x80000000)) (i64.const 0))

;; guest "subw" (a0, a1) -> (a0)
;;   40b5053b  subw a0,a0,a1
(assert_return (invoke "subw" (i64.const 0x80000000) (i64.const 1)) (i64.const 0x7fffffff))
(assert_return (invoke "subw" (i64.const 0) (i64.const 1)) (i64.const -1))
(assert_return (invoke "subw" (i64.const 0x100000000) (i64.const 1)) (i64.const -1))

;; guest "negw" (a0) -> (a0)
;;   40a0053b  negw a0,a0
(assert_return (invoke "negw" (i64.const 0x80000000)) (i64.const 0xffffffff80000000))
(assert_return (invoke "negw" (i64.const 1)) (i64.const -1))

;; guest "addiw" (a0) -> (a0)
;;   fff5051b  addiw a0,a0,-1
(assert_return (invoke "addiw" (i64.const 0)) (i64.const -1))
(assert_return (invoke "addiw" (i64.const 0x80000000)) (i64.const 0x7fffffff))
(assert_return (invoke "addiw" (i64.const 0x8000000000000000)) (i64.const -1))

;; guest "sext.w" (a0) -> (a0)
;;   0005051b  sext.w a0,a0
(assert_return (invoke "sext.w" (i64.const 0x80000000)) (i64.const 0xffffffff80000000))
(assert_return (invoke "sext.w" (i64.const 0xffffffff7fffffff)) (i64.const 0x7fffffff))

;; guest "sllw" (a0, a1) -> (a0)
;;   00b5153b  sllw a0,a0,a1
(assert_return (invoke "sllw" (i64.const 1) (i64.const 31)) (i64.const 0xffffffff80000000))
;; Five bits of the amount count.
(assert_return (invoke "sllw" (i64.const 1) (i64.const 32)) (i64.const 1))
(assert_return (invoke "sllw" (i64.const 0xffffffff00000001) (i64.const 63))
  (i64.const 0xffffffff80000000))

;; guest "srlw" (a0, a1) -> (a0)
;;   00b5553b  srlw a0,a0,a1
(assert_return (invoke "srlw" (i64.const 0xffffffff80000000) (i64.const 31)) (i64.const 1))
;; By nothing, and sign-extended.
(assert_return (invoke "srlw" (i64.const 0x80000000) (i64.const 32)) (i64.const 0xffffffff80000000))
(assert_return (invoke "srlw" (i64.const 0x1280000000) (i64.const 4)) (i64.const 0x08000000))

;; guest "sraw" (a0, a1) -> (a0)
;;   40b5553b  sraw a0,a0,a1
(assert_return (invoke "sraw" (i64.const 0x80000000) (i64.const 31)) (i64.const -1))
(assert_return (invoke "sraw" (i64.const 0x80000000) (i64.const 32)) (i64.const 0xffffffff80000000))
(assert_return (invoke "sraw" (i64.const 0xffffffff7fffffff) (i64.const 30)) (i64.const 1))

;; guest "slliw" (a0) -> (a0)
;;   01f5151b  slliw a0,a0,0x1f
(assert_return (invoke "slliw" (i64.const 1)) (i64.const 0xffffffff80000000))
(assert_return (invoke "slliw" (i64.const 2)) (i64.const 0))

;; guest "srliw" (a0) -> (a0)
;;   0015551b  srliw a0,a0,0x1
(assert_return (invoke "srliw" (i64.const -1)) (i64.const 0x7fffffff))
(assert_return (invoke "srliw" (i64.const 0x100000000)) (i64.const 0))

;; guest "srliw.0" (a0) -> (a0)
;;   0005551b  srliw a0,a0,0x0
(assert_return (invoke "srliw.0" (i64.const 0x80000000)) (i64.const 0xffffffff80000000))

;; guest "sraiw" (a0) -> (a0)
;;   41f5551b  sraiw a0,a0,0x1f
(assert_return (invoke "sraiw" (i64.const 0x80000000)) (i64.const -1))
(assert_return (invoke "sraiw" (i64.const 0xffffffff7fffffff)) (i64.const 0))

;; Words in a chain stay words.
;; guest "chain" (a0, a1) -> (a0)
;;   00b5053b  addw a0,a0,a1
;;   0045151b  slliw a0,a0,0x4
;;   40b5053b  subw a0,a0,a1
(assert_return (invoke "chain" (i64.const 0x0fffffff) (i64.const 1)) (i64.const -1))
(assert_return (invoke "chain" (i64.const 0x08000000) (i64.const 0)) (i64.const 0xffffffff80000000))

;; A word operation's upper half is its sign, for who looks at it.
;; guest "upper" (a0, a1) -> (a0)
;;   00b5053b  addw a0,a0,a1
;;   02055513  srli a0,a0,0x20
(assert_return (invoke "upper" (i64.const 0x7fffffff) (i64.const 1)) (i64.const 0xffffffff))
(assert_return (invoke "upper" (i64.const 0x7ffffffe) (i64.const 1)) (i64.const 0))

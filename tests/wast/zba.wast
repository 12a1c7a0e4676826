;; Zba: addresses of array elements.

;; guest "sh1add" (a0, a1) -> (a0)
;;   20b52533  sh1add a0,a0,a1
(assert_return (invoke "sh1add" (i64.const 0x8000000000000001) (i64.const 5)) (i64.const 7))
(assert_return (invoke "sh1add" (i64.const 3) (i64.const 100)) (i64.const 106))

;; guest "sh2add" (a0, a1) -> (a0)
;;   20b54533  sh2add a0,a0,a1
(assert_return (invoke "sh2add" (i64.const 0xc000000000000001) (i64.const 5)) (i64.const 9))
(assert_return (invoke "sh2add" (i64.const -1) (i64.const 0)) (i64.const -4))

;; guest "sh3add" (a0, a1) -> (a0)
;;   20b56533  sh3add a0,a0,a1
(assert_return (invoke "sh3add" (i64.const 0xe000000000000001) (i64.const 5)) (i64.const 13))
(assert_return (invoke "sh3add" (i64.const 3) (i64.const 100)) (i64.const 124))

;; With `.uw` the index is the low half, unsigned.
;; guest "add.uw" (a0, a1) -> (a0)
;;   08b5053b  add.uw a0,a0,a1
(assert_return (invoke "add.uw" (i64.const -1) (i64.const 1)) (i64.const 0x100000000))
(assert_return (invoke "add.uw" (i64.const 0x1234567800000005) (i64.const -5)) (i64.const 0))

;; guest "zext.w" (a0) -> (a0)
;;   0805053b  zext.w a0,a0
(assert_return (invoke "zext.w" (i64.const -1)) (i64.const 0xffffffff))
(assert_return (invoke "zext.w" (i64.const 0x8000000000000000)) (i64.const 0))

;; guest "sh1add.uw" (a0, a1) -> (a0)
;;   20b5253b  sh1add.uw a0,a0,a1
(assert_return (invoke "sh1add.uw" (i64.const -1) (i64.const 0)) (i64.const 0x1fffffffe))
(assert_return (invoke "sh1add.uw" (i64.const 0x1234567800000005) (i64.const 1)) (i64.const 11))

;; guest "sh2add.uw" (a0, a1) -> (a0)
;;   20b5453b  sh2add.uw a0,a0,a1
(assert_return (invoke "sh2add.uw" (i64.const -1) (i64.const 0)) (i64.const 0x3fffffffc))
(assert_return (invoke "sh2add.uw" (i64.const 0xffffffff00000000) (i64.const 9)) (i64.const 9))

;; guest "sh3add.uw" (a0, a1) -> (a0)
;;   20b5653b  sh3add.uw a0,a0,a1
(assert_return (invoke "sh3add.uw" (i64.const -1) (i64.const 0)) (i64.const 0x7fffffff8))
(assert_return (invoke "sh3add.uw" (i64.const 0x80000000) (i64.const 0x8000000000000000))
  (i64.const 0x8000000400000000))

;; guest "slli.uw" (a0) -> (a0)
;;   0a05151b  slli.uw a0,a0,0x20
(assert_return (invoke "slli.uw" (i64.const -1)) (i64.const 0xffffffff00000000))
(assert_return (invoke "slli.uw" (i64.const 0x1234567800000001)) (i64.const 0x100000000))

;; guest "slli.uw.63" (a0) -> (a0)
;;   0bf5151b  slli.uw a0,a0,0x3f
(assert_return (invoke "slli.uw.63" (i64.const 3)) (i64.const 0x8000000000000000))

;; guest "overlap" (a0) -> (a0)
;;   20a56533  sh3add a0,a0,a0
(assert_return (invoke "overlap" (i64.const 5)) (i64.const 45))

;; An element of an array of words.
;; guest "element" (a0, a1) -> (a0)
;;   20a5c533  sh2add a0,a1,a0
;;   00052503  lw a0,0(a0)
(assert_return (invoke "element" (i64.const 0x21000) (i64.const 2)) (i64.const 0x0b0a0908))
(assert_return (invoke "element" (i64.const 0x21080) (i64.const -1)) (i64.const 0x7f7e7d7c))

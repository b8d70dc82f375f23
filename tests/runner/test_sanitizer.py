"""Where the toolchain has no sanitizer, the stage says so: it never passes by leaving it out."""

import tempfile
import unittest
from pathlib import Path

from . import sanitizer
from .shell import Failed


class Sanitizer(unittest.TestCase):
    def test_the_host_is_read_from_the_version(self):
        self.assertEqual(sanitizer.host("rustc 1.95.0\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\n"), "x86_64-unknown-linux-gnu")
        with self.assertRaises(Failed):
            sanitizer.host("rustc 1.95.0\n")

    def test_a_toolchain_without_the_runtime_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(Failed, "no AddressSanitizer for m68k"):
                sanitizer.check_runtime(folder, "m68k")
            (Path(folder) / "librustc-stable_rt.tsan.a").touch()
            with self.assertRaises(Failed):
                sanitizer.check_runtime(folder, "m68k")
            (Path(folder) / "librustc-stable_rt.asan.a").touch()
            sanitizer.check_runtime(folder, "m68k")

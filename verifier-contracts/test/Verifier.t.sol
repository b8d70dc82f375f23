// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BallotK3D20Verifier} from "../contracts/generated/BallotK3D20Verifier.sol";
import {TallyK3T1Verifier} from "../contracts/generated/TallyK3T1Verifier.sol";
import {VerifierCalls} from "./support/VerifierCalls.sol";

/// @notice The generated verifiers, with real proofs, through every entry.
contract VerifierTest is VerifierCalls {
    function test_AcceptsOurProofs() public view {
        assertEq(entries.length, 3);
        for (uint256 i = 0; i < entries.length; ++i) {
            (bool ok, bytes memory answer) = send(entries[i], entries[i].words);
            assertTrue(ok, entries[i].name);
            assertEq(answer.length, 0, entries[i].name);
        }
    }

    function test_SaysWhatItIs() public view {
        assertEq(ballot.CIRCUIT(), "ballot-k3-d20");
        assertEq(tally.CIRCUIT(), "tally-k3-t1");
        assertEq(ballot.VERSION(), 2);
        assertEq(tally.VERSION(), 1);
        assertTrue(ballot.DEVELOPMENT() && tally.DEVELOPMENT());
        assertTrue(ballot.KEY_DIGEST() != tally.KEY_DIGEST());
    }

    /// @dev Every word of every entry: +1, 0, the maximum, + r, + q, the edges of the fields, the neighbour's place.
    function test_Attack10_18_19_EveryWordChanged() public view {
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry memory e = entries[i];
            for (uint256 w = 0; w < e.words.length; ++w) {
                uint256 word = e.words[w];
                refusesWord(e, w, word + 1, "+ 1");
                refusesWord(e, w, 0, "0");
                refusesWord(e, w, type(uint256).max, "the maximum");
                refusesWord(e, w, word + R, "+ r");
                refusesWord(e, w, word + Q, "+ q");
                refusesWord(e, w, R, "r");
                refusesWord(e, w, R - 1, "r - 1");
                refusesWord(e, w, Q, "q");
                refusesWord(e, w, Q - 1, "q - 1");
                if (w + 1 < e.words.length) refusesSwap(e, w);
            }
        }
    }

    function refusesWord(Entry memory e, uint256 w, uint256 value, string memory change) private view {
        uint256[] memory words = copy(e.words);
        words[w] = value;
        refuses(e, words, expected(e, words), string.concat("word ", vm.toString(w), " ", change));
    }

    function refusesSwap(Entry memory e, uint256 w) private view {
        uint256[] memory words = copy(e.words);
        (words[w], words[w + 1]) = (words[w + 1], words[w]);
        assertTrue(words[w] != e.words[w], "the fixture cannot tell a swap");
        refuses(e, words, expected(e, words), string.concat("word ", vm.toString(w), " swapped"));
    }

    function test_Attack22_SwappedHalvesOfB() public view {
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry memory e = entries[i];
            uint256[] memory words = copy(e.words);
            uint256 b = e.pointWords + 2;
            (words[b], words[b + 1], words[b + 2], words[b + 3]) = (words[b + 1], words[b], words[b + 3], words[b + 2]);
            refuses(e, words, abi.encodePacked(BallotK3D20Verifier.InvalidPoint.selector), "Fp2 halves swapped");
        }
    }

    function test_Attack19_PointsAtInfinity() public view {
        uint256[3] memory first = [uint256(0), 2, 6];
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry memory e = entries[i];
            for (uint256 p = 0; p < 3; ++p) {
                uint256[] memory words = copy(e.words);
                uint256 size = p == 1 ? 4 : 2;
                for (uint256 w = 0; w < size; ++w) {
                    words[e.pointWords + first[p] + w] = 0;
                }
                bytes memory error = abi.encodeWithSelector(BallotK3D20Verifier.PointAtInfinity.selector, first[p]);
                refuses(e, words, error, string.concat("infinity at ", vm.toString(first[p])));
            }
        }
    }

    /// @dev The twist has points outside the subgroup of order r; the precompile must be the one that knows.
    function test_Attack19_BOutsideTheSubgroup() public view {
        string memory file = vm.readFile("test/fixtures/verifier-ballot-k3-d20.json");
        uint256[] memory point = vm.parseJsonUintArray(file, ".off_subgroup");
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry memory e = entries[i];
            uint256[] memory words = copy(e.words);
            for (uint256 w = 0; w < 4; ++w) {
                words[e.pointWords + 2 + w] = point[w];
            }
            refuses(e, words, abi.encodePacked(BallotK3D20Verifier.InvalidPoint.selector), "B outside the subgroup");
        }
    }

    /// @dev Points that are fine and make no proof: -A, -B, C in A's place, the generator.
    function test_RefusesOtherValidPoints() public view {
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry memory e = entries[i];
            uint256 p = e.pointWords;
            bytes memory error = abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector);
            uint256[] memory words = copy(e.words);
            words[p + 1] = Q - words[p + 1];
            refuses(e, words, error, "-A");
            words = copy(e.words);
            (words[p + 4], words[p + 5]) = (Q - words[p + 4], Q - words[p + 5]);
            refuses(e, words, error, "-B");
            words = copy(e.words);
            (words[p], words[p + 1], words[p + 6], words[p + 7]) = (words[p + 6], words[p + 7], words[p], words[p + 1]);
            refuses(e, words, error, "A and C swapped");
            words = copy(e.words);
            (words[p + 6], words[p + 7]) = (1, 2);
            refuses(e, words, error, "C the generator");
        }
    }

    function test_Attack20_WrongLengths() public view {
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry memory e = entries[i];
            bytes memory call = abi.encodePacked(e.selector, e.words);
            for (uint256 extra = 1; extra <= 64; extra += 7) {
                (bool ok, bytes memory answer) = e.verifier.staticcall(bytes.concat(call, new bytes(extra)));
                assertFalse(ok, e.name);
                bytes4 error = BallotK3D20Verifier.WrongCalldataLength.selector;
                assertEq(answer, abi.encodeWithSelector(error, call.length, call.length + extra), e.name);
            }
            // What is too short does not decode, and there is nothing to say about it.
            for (uint256 length = 0; length < call.length; ++length) {
                (bool ok, bytes memory answer) = e.verifier.staticcall(cut(call, length));
                assertFalse(ok, e.name);
                assertEq(answer.length, 0, e.name);
            }
        }
    }

    function cut(bytes memory data, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = data[i];
        }
    }

    function test_RefusesValueAndUnknownSelectors() public {
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry memory e = entries[i];
            vm.deal(address(this), 1);
            (bool ok,) = e.verifier.call{value: 1}(abi.encodePacked(e.selector, e.words));
            assertFalse(ok, "value");
            (ok,) = e.verifier.staticcall(abi.encodePacked(bytes4(0x12345678), e.words));
            assertFalse(ok, "selector");
        }
    }

    /// @dev With less gas than it needs a call fails, and says nothing that could be read as an answer.
    function test_Attack21_RunningOutOfGasIsNoAnswer() public view {
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry memory e = entries[i];
            bytes memory call = abi.encodePacked(e.selector, e.words);
            uint256 enough = 0;
            // From far too little to plenty, in steps that hit every precompile and the gap of 1/64 after the pairing.
            for (uint256 given = 100; given < 330_000; given += given < 120_000 ? 97 : 331) {
                (bool ok, bytes memory answer) = e.verifier.staticcall{gas: given}(call);
                if (ok) {
                    if (enough == 0) enough = given;
                } else {
                    assertEq(enough, 0, "more gas must not fail");
                    assertEq(answer.length, 0, string.concat(e.name, " answered with ", vm.toString(given), " gas"));
                }
            }
            assertGt(enough, 181_000, e.name);
        }
    }

    /// @dev A proof that is wrong is refused with any gas, and by name once there is enough.
    function test_Attack21_AWrongProofIsRefusedWithAnyGas() public view {
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry memory e = entries[i];
            uint256[] memory words = copy(e.words);
            (words[e.pointWords + 6], words[e.pointWords + 7]) = (1, 2);
            bytes memory call = abi.encodePacked(e.selector, words);
            for (uint256 given = 100; given < 400_000; given += 997) {
                (bool ok, bytes memory answer) = e.verifier.staticcall{gas: given}(call);
                assertFalse(ok, e.name);
                if (answer.length != 0) assertEq(answer, expected(e, e.words), e.name);
            }
        }
    }

    /// @dev A chain without the pairing, or with another one, must not accept.
    function test_RefusesStrangeAnswersOfThePairing() public {
        bytes memory invalid = abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector);
        bytes[4] memory answers = [bytes(""), abi.encode(0), abi.encode(2), abi.encode(1, 1)];
        for (uint256 i = 0; i < entries.length; ++i) {
            for (uint256 a = 0; a < answers.length; ++a) {
                vm.mockCall(address(8), bytes(""), answers[a]);
                refuses(entries[i], entries[i].words, invalid, vm.toString(answers[a]));
            }
            vm.mockCallRevert(address(8), bytes(""), "");
            bytes memory error = abi.encodePacked(BallotK3D20Verifier.InvalidPoint.selector);
            refuses(entries[i], entries[i].words, error, "a pairing that fails");
            vm.clearMockedCalls();
        }
    }

    function testFuzz_RefusesAnyOtherWord(uint256 which, uint256 at, uint256 value) public view {
        Entry memory e = entries[which % entries.length];
        at %= e.words.length;
        vm.assume(value != e.words[at]);
        uint256[] memory words = copy(e.words);
        words[at] = value;
        // The other square root is a point of the curve; everything else leaves it.
        vm.assume(value != Q - e.words[at]);
        refuses(e, words, expected(e, words), "a random word");
    }

    function test_Attack10_FoldedConstantsStandForTheFirstInputs() public view {
        Entry memory e = entries[1];
        for (uint256 i = 0; i < constants.length; ++i) {
            uint256[] memory others = copy(constants);
            others[i] += 1;
            uint256[2] memory point = ballot.foldConstants(others);
            uint256[] memory words = copy(e.words);
            (words[0], words[1]) = (point[0], point[1]);
            bytes memory error = abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector);
            refuses(e, words, error, string.concat("constant ", vm.toString(i), " + 1"));
        }
    }

    /// @dev An election that was never opened has (0, 0) in its slots.
    function test_RefusesTheFoldedPointOfNoElection() public view {
        Entry memory e = entries[1];
        uint256[] memory words = copy(e.words);
        (words[0], words[1]) = (0, 0);
        refuses(e, words, abi.encodePacked(BallotK3D20Verifier.InvalidPoint.selector), "the empty point");
    }

    function test_Attack18_FoldingWhatIsNotInTheField() public {
        for (uint256 i = 0; i < constants.length; ++i) {
            uint256[3] memory values = [R, constants[i] + R, type(uint256).max];
            for (uint256 v = 0; v < values.length; ++v) {
                uint256[] memory others = copy(constants);
                others[i] = values[v];
                vm.expectRevert(
                    abi.encodeWithSelector(BallotK3D20Verifier.InputNotInField.selector, i, values[v]), address(ballot)
                );
                ballot.foldConstants(others);
            }
        }
    }

    function test_Attack20_FoldingWrongLengths() public {
        uint256 exact = 4 + 64 + 32 * constants.length;
        bytes4 error = BallotK3D20Verifier.WrongCalldataLength.selector;
        for (uint256 n = 0; n < 20; ++n) {
            if (n == constants.length) continue;
            vm.expectRevert(abi.encodeWithSelector(error, exact, 4 + 64 + 32 * n), address(ballot));
            ballot.foldConstants(new uint256[](n));
        }
        bytes memory long = bytes.concat(abi.encodeCall(ballot.foldConstants, (constants)), hex"00");
        (bool ok, bytes memory answer) = address(ballot).staticcall(long);
        assertFalse(ok);
        assertEq(answer, abi.encodeWithSelector(error, exact, exact + 1));
        // One constant too few, and a word behind the array that makes up the length.
        bytes memory padded = bytes.concat(
            abi.encodeCall(ballot.foldConstants, (slice(constants, 0, constants.length - 1))), new bytes(32)
        );
        (ok, answer) = address(ballot).staticcall(padded);
        assertFalse(ok);
        assertEq(answer, abi.encodeWithSelector(error, exact, exact));
    }

    function test_Attack21_FoldingRunsOutOfGasWithoutAnAnswer() public view {
        bytes memory call = abi.encodeCall(ballot.foldConstants, (constants));
        uint256 enough = 0;
        for (uint256 given = 100; given < 120_000; given += 83) {
            (bool ok, bytes memory answer) = address(ballot).staticcall{gas: given}(call);
            if (ok && enough == 0) enough = given;
            if (!ok) assertEq(answer.length, enough, "an answer without the gas for it");
        }
        assertGt(enough, 60_000);
    }

    /// @dev Development keys are for local chains.
    function test_Attack14_DevelopmentKeyOnAPublicChain() public {
        uint64[8] memory chains = [uint64(1), 10, 137, 8453, 11155111, 31336, 31338, 1336];
        bytes4 error = BallotK3D20Verifier.DevelopmentKeyOnPublicChain.selector;
        for (uint256 i = 0; i < chains.length; ++i) {
            vm.chainId(chains[i]);
            vm.expectRevert(abi.encodeWithSelector(error, chains[i]));
            new BallotK3D20Verifier();
            vm.expectRevert(abi.encodeWithSelector(error, chains[i]));
            new TallyK3T1Verifier();
        }
        vm.chainId(1337);
        new BallotK3D20Verifier();
        new TallyK3T1Verifier();
    }
}

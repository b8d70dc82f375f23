// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BallotK3D20Verifier} from "../contracts/generated/BallotK3D20Verifier.sol";
import {Bn254} from "./support/Bn254.sol";
import {VerifierCalls} from "./support/VerifierCalls.sol";

/// @notice Many proofs in one pairing: every word counts, in every place, and no error cancels another.
contract VerifierBatchTest is VerifierCalls {
    uint256 private constant N = 3;

    uint256[2] private point;
    uint256[8][] private proofs;
    uint256[3][] private inputs;

    function setUp() public override {
        super.setUp();
        Entry memory e = entries[1];
        point = [e.words[0], e.words[1]];
        for (uint256 i = 0; i < N; ++i) {
            proofs.push();
            inputs.push();
            for (uint256 w = 0; w < 8; ++w) {
                proofs[i][w] = e.words[2 + w];
            }
            for (uint256 w = 0; w < 3; ++w) {
                inputs[i][w] = e.words[10 + w];
            }
        }
        // Two ways of writing one proof: (A, B) and (-A, -B).
        proofs[1][1] = Q - proofs[1][1];
        proofs[1][4] = Q - proofs[1][4];
        proofs[1][5] = Q - proofs[1][5];
    }

    function test_AcceptsBatchesOfEverySize() public view {
        for (uint256 n = 1; n <= N; ++n) {
            (bool ok, bytes memory answer) = send(take(n, proofs), take(n, inputs));
            assertTrue(ok, vm.toString(n));
            assertEq(answer.length, 0);
        }
    }

    function test_Attack18_19_EveryWordOfEveryProofChanged() public view {
        for (uint256 i = 0; i < N; ++i) {
            for (uint256 w = 0; w < 8; ++w) {
                uint256[8][] memory others = proofs;
                others[i][w] = addmod(others[i][w], 1, Q);
                refuses(others, inputs, abi.encodePacked(BallotK3D20Verifier.InvalidPoint.selector));
                uint256[3] memory values = [Q, proofs[i][w] + Q, type(uint256).max];
                for (uint256 v = 0; v < 3; ++v) {
                    others[i][w] = values[v];
                    bytes4 error = BallotK3D20Verifier.CoordinateNotInField.selector;
                    refuses(others, inputs, abi.encodeWithSelector(error, 8 * i + w, values[v]));
                }
            }
            for (uint256 w = 0; w < 3; ++w) {
                uint256[3][] memory others = inputs;
                others[i][w] = addmod(others[i][w], 1, R);
                refuses(proofs, others, abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector));
                uint256[3] memory values = [R, inputs[i][w] + R, type(uint256).max];
                for (uint256 v = 0; v < 3; ++v) {
                    others[i][w] = values[v];
                    bytes4 error = BallotK3D20Verifier.InputNotInField.selector;
                    refuses(proofs, others, abi.encodeWithSelector(error, 3 * i + w, values[v]));
                }
            }
        }
    }

    function test_Attack19_PointsAtInfinityInABatch() public view {
        uint256[4] memory first = [uint256(0), 2, 6, 8];
        for (uint256 i = 0; i < N; ++i) {
            for (uint256 p = 0; p < 3; ++p) {
                uint256[8][] memory others = proofs;
                for (uint256 w = first[p]; w < first[p + 1]; ++w) {
                    others[i][w] = 0;
                }
                bytes4 error = BallotK3D20Verifier.PointAtInfinity.selector;
                refuses(others, inputs, abi.encodeWithSelector(error, 8 * i + first[p]));
            }
        }
    }

    /// @dev The coefficient of a proof multiplies A and C in G1, so the precompile still sees B as it was sent.
    function test_Attack19_BOutsideTheSubgroupInABatch() public view {
        string memory file = vm.readFile("test/fixtures/verifier-ballot-k3-d20.json");
        uint256[] memory off = vm.parseJsonUintArray(file, ".off_subgroup");
        for (uint256 i = 0; i < N; ++i) {
            uint256[8][] memory others = proofs;
            for (uint256 w = 0; w < 4; ++w) {
                others[i][2 + w] = off[w];
            }
            refuses(others, inputs, abi.encodePacked(BallotK3D20Verifier.InvalidPoint.selector));
        }
    }

    /// @dev A_i + X and A_j - X under one B, C_i + X and C_j - X, input + x and input - x: what is too much in one proof is
    /// missing in another. Equal coefficients would accept each of them.
    function test_Attack24_BadProofsThatCancel() public view {
        for (uint256 i = 0; i < N; ++i) {
            for (uint256 j = 0; j < N; ++j) {
                if (i == j) continue;
                uint256[8][] memory bad = proofs;
                shift(bad, i, j, 6, 1);
                refuses(bad, inputs, abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector));
                bad = proofs;
                // The same B under both.
                bad[1] = bad[0];
                shift(bad, i, j, 0, 1);
                refuses(bad, inputs, abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector));
                uint256[3][] memory others = inputs;
                for (uint256 w = 0; w < 3; ++w) {
                    others[i][w] = addmod(others[i][w], 7, R);
                    others[j][w] = addmod(others[j][w], R - 7, R);
                    refuses(proofs, others, abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector));
                    others = inputs;
                }
            }
        }
    }

    /// @dev Coefficients that a forger knows before it chooses what they multiply: those drawn from a batch without its
    /// proofs, without its inputs, or only from the honest batch. Errors are weighted so that these would cancel them.
    function test_Attack24_PredictableCoefficients() public view {
        bytes memory head = abi.encode(ballot.KEY_DIGEST(), point, N);
        bytes memory allProofs = abi.encodePacked(proofs[0], proofs[1], proofs[2]);
        bytes memory allInputs = abi.encodePacked(inputs[0], inputs[1], inputs[2]);
        bytes[5] memory preimages = [
            bytes.concat(head, allProofs, allInputs),
            bytes.concat(head, allInputs),
            bytes.concat(head, allProofs),
            head,
            abi.encode(point)
        ];
        for (uint256 p = 0; p < preimages.length; ++p) {
            uint256 r1 = (uint256(keccak256(abi.encode(keccak256(preimages[p]), 1))) >> 128) + 1;
            uint256[8][] memory bad = proofs;
            shift(bad, 0, 1, 6, r1);
            refuses(bad, inputs, abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector));
            uint256[3][] memory others = inputs;
            others[0][0] = addmod(others[0][0], r1, R);
            others[1][0] = addmod(others[1][0], R - 1, R);
            refuses(proofs, others, abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector));
        }
    }

    function test_Attack26_AnotherElectionsPointInABatch() public {
        uint256[2] memory honest = point;
        point = Bn254.add(point, [uint256(1), 2]);
        refuses(proofs, inputs, abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector));
        point = [uint256(0), 0];
        refuses(proofs, inputs, abi.encodePacked(BallotK3D20Verifier.InvalidPoint.selector));
        point = [uint256(1), 3];
        refuses(proofs, inputs, abi.encodePacked(BallotK3D20Verifier.InvalidPoint.selector));
        point = honest;
        (bool ok,) = send(proofs, inputs);
        assertTrue(ok);
    }

    function test_Attack20_ListsOfUnequalLength() public view {
        bytes4 error = BallotK3D20Verifier.UnequalBatch.selector;
        for (uint256 n = 0; n <= N; ++n) {
            for (uint256 m = 0; m <= N; ++m) {
                if (n == m && n != 0) continue;
                refuses(take(n, proofs), take(m, inputs), abi.encodeWithSelector(error, n, m));
            }
        }
    }

    function test_Attack20_WrongLengthsOfABatch() public view {
        bytes memory call = abi.encodeCall(ballot.verifyFoldedBatch, (point, proofs, inputs));
        bytes4 error = BallotK3D20Verifier.WrongCalldataLength.selector;
        for (uint256 extra = 1; extra <= 64; extra += 7) {
            (bool ok, bytes memory answer) = address(ballot).staticcall(bytes.concat(call, new bytes(extra)));
            assertFalse(ok);
            assertEq(answer, abi.encodeWithSelector(error, call.length, call.length + extra));
        }
        for (uint256 length = 0; length < call.length; length += 5) {
            bytes memory part = new bytes(length);
            for (uint256 i = 0; i < length; ++i) {
                part[i] = call[i];
            }
            (bool ok, bytes memory answer) = address(ballot).staticcall(part);
            assertFalse(ok);
            assertEq(answer.length, 0);
        }
    }

    function test_Attack21_ABatchOutOfGasIsNoAnswer() public view {
        bytes memory call = abi.encodeCall(ballot.verifyFoldedBatch, (point, proofs, inputs));
        uint256 enough = 0;
        for (uint256 given = 100; given < 450_000; given += given < 150_000 ? 97 : 331) {
            (bool ok, bytes memory answer) = address(ballot).staticcall{gas: given}(call);
            if (ok) {
                if (enough == 0) enough = given;
            } else {
                assertEq(enough, 0, "more gas must not fail");
                assertEq(answer.length, 0, string.concat("an answer with ", vm.toString(given), " gas"));
            }
        }
        assertGt(enough, 45_000 + 34_000 * (N + 3));
    }

    function test_Attack21_AWrongBatchIsRefusedWithAnyGas() public view {
        uint256[8][] memory bad = proofs;
        (bad[1][6], bad[1][7]) = (1, 2);
        bytes memory call = abi.encodeCall(ballot.verifyFoldedBatch, (point, bad, inputs));
        for (uint256 given = 100; given < 450_000; given += 997) {
            (bool ok, bytes memory answer) = address(ballot).staticcall{gas: given}(call);
            assertFalse(ok);
            if (answer.length != 0) assertEq(answer, abi.encodePacked(BallotK3D20Verifier.ProofInvalid.selector));
        }
    }

    /// @dev X = scalar·G added to a point of proof i, and G taken from the same point of proof j.
    function shift(uint256[8][] memory list, uint256 i, uint256 j, uint256 at, uint256 scalar) private view {
        uint256[2] memory g = [uint256(1), 2];
        uint256[2] memory more = Bn254.add([list[i][at], list[i][at + 1]], Bn254.mul(g, scalar));
        uint256[2] memory less = Bn254.add([list[j][at], list[j][at + 1]], Bn254.neg(g));
        (list[i][at], list[i][at + 1]) = (more[0], more[1]);
        (list[j][at], list[j][at + 1]) = (less[0], less[1]);
    }

    function take(uint256 n, uint256[8][] memory from) private pure returns (uint256[8][] memory list) {
        list = new uint256[8][](n);
        for (uint256 i = 0; i < n; ++i) {
            list[i] = from[i];
        }
    }

    function take(uint256 n, uint256[3][] memory from) private pure returns (uint256[3][] memory list) {
        list = new uint256[3][](n);
        for (uint256 i = 0; i < n; ++i) {
            list[i] = from[i];
        }
    }

    function send(uint256[8][] memory p, uint256[3][] memory x) private view returns (bool, bytes memory) {
        return address(ballot).staticcall{gas: 1_000_000}(abi.encodeCall(ballot.verifyFoldedBatch, (point, p, x)));
    }

    function refuses(uint256[8][] memory p, uint256[3][] memory x, bytes memory error) private view {
        (bool ok, bytes memory answer) = send(p, x);
        assertFalse(ok);
        assertEq(answer, error);
    }
}

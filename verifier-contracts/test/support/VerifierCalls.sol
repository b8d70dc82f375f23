// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {BallotK3D20Verifier} from "../../contracts/generated/BallotK3D20Verifier.sol";
import {TallyK3T1Verifier} from "../../contracts/generated/TallyK3T1Verifier.sol";

/// @notice Calls of generated verifiers, word by word, and what each must answer.
abstract contract VerifierCalls is Test {
    uint256 internal constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    /// @notice A call that must succeed: the selector, then the words of the folded point (0 or 2), proof and inputs.
    struct Entry {
        string name;
        address verifier;
        bytes4 selector;
        uint256 pointWords;
        uint256[] words;
    }

    BallotK3D20Verifier internal ballot;
    TallyK3T1Verifier internal tally;
    Entry[] internal entries;
    uint256[] internal constants;

    function setUp() public virtual {
        ballot = new BallotK3D20Verifier();
        tally = new TallyK3T1Verifier();
        string memory ballotFile = vm.readFile("test/fixtures/verifier-ballot-k3-d20.json");
        string memory tallyFile = vm.readFile("test/fixtures/verifier-tally-k3-t1.json");
        uint256[] memory none = new uint256[](0);
        uint256[] memory inputs = vm.parseJsonUintArray(ballotFile, ".inputs");
        constants = slice(inputs, 0, vm.parseJsonUint(ballotFile, ".constants"));
        uint256[2] memory folded = ballot.foldConstants(constants);
        uint256[] memory point = new uint256[](2);
        (point[0], point[1]) = (folded[0], folded[1]);

        uint256[] memory proof = vm.parseJsonUintArray(ballotFile, ".proof");
        addEntry("ballot.verifyProof", address(ballot), ballot.verifyProof.selector, none, proof, inputs);
        inputs = slice(inputs, constants.length, inputs.length);
        addEntry("ballot.verifyFolded", address(ballot), ballot.verifyFolded.selector, point, proof, inputs);
        proof = vm.parseJsonUintArray(tallyFile, ".proof");
        inputs = vm.parseJsonUintArray(tallyFile, ".inputs");
        addEntry("tally.verifyProof", address(tally), tally.verifyProof.selector, none, proof, inputs);
    }

    function addEntry(
        string memory name,
        address verifier,
        bytes4 selector,
        uint256[] memory point,
        uint256[] memory proof,
        uint256[] memory inputs
    ) private {
        Entry storage e = entries.push();
        (e.name, e.verifier, e.selector, e.pointWords) = (name, verifier, selector, point.length);
        e.words = abi.decode(abi.encode(concat(concat(point, proof), inputs)), (uint256[]));
    }

    function send(Entry memory e, uint256[] memory words) internal view returns (bool ok, bytes memory answer) {
        // A precompile that refuses a point keeps all the gas it was given: give no more than a transaction would.
        return e.verifier.staticcall{gas: 500_000}(abi.encodePacked(e.selector, words));
    }

    function refuses(Entry memory e, uint256[] memory words, bytes memory error, string memory what) internal view {
        (bool ok, bytes memory answer) = send(e, words);
        assertFalse(ok, string.concat(e.name, " accepted: ", what));
        assertEq(answer, error, string.concat(e.name, ": ", what));
    }

    /// @notice What the verifier must say to words that differ from the valid ones of `e`: the range of inputs, then of
    /// coordinates, infinity, the points, the pairing. A changed word of a point leaves its curve in all of these tests.
    function expected(Entry memory e, uint256[] memory words) internal pure returns (bytes memory) {
        uint256 proof = e.pointWords;
        for (uint256 i = proof + 8; i < words.length; ++i) {
            if (words[i] >= R) {
                return abi.encodeWithSelector(BallotK3D20Verifier.InputNotInField.selector, i - proof - 8, words[i]);
            }
        }
        for (uint256 i = proof; i < proof + 8; ++i) {
            if (words[i] >= Q) {
                return abi.encodeWithSelector(BallotK3D20Verifier.CoordinateNotInField.selector, i - proof, words[i]);
            }
        }
        for (uint256 i = 0; i < proof + 8; ++i) {
            if (words[i] != e.words[i]) return abi.encodeWithSelector(BallotK3D20Verifier.InvalidPoint.selector);
        }
        return abi.encodeWithSelector(BallotK3D20Verifier.ProofInvalid.selector);
    }

    function slice(uint256[] memory words, uint256 from, uint256 to) internal pure returns (uint256[] memory part) {
        part = new uint256[](to - from);
        for (uint256 i = from; i < to; ++i) {
            part[i - from] = words[i];
        }
    }

    function concat(uint256[] memory a, uint256[] memory b) internal pure returns (uint256[] memory both) {
        both = new uint256[](a.length + b.length);
        for (uint256 i = 0; i < both.length; ++i) {
            both[i] = i < a.length ? a[i] : b[i - a.length];
        }
    }

    function copy(uint256[] memory words) internal pure returns (uint256[] memory) {
        return slice(words, 0, words.length);
    }
}

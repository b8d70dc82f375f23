// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";
import {PoseidonT4} from "poseidon-solidity/PoseidonT4.sol";
import {PoseidonThree} from "../../../contracts/poseidon/PoseidonThree.sol";
import {PoseidonTwo} from "../../../contracts/poseidon/PoseidonTwo.sol";

/// @notice The generated hashes against circomlib's known answers and against poseidon-solidity.
contract PoseidonTest is Test {
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    function test_KnownHashes() public view {
        string memory json = vm.readFile("../circuits/vectors/poseidon.json");
        uint256 compared = 0;
        for (uint256 i = 0; vm.keyExistsJson(json, at(i, "")); ++i) {
            uint256[] memory x = vm.parseJsonUintArray(json, at(i, ".inputs"));
            uint256 hash = vm.parseJsonUint(json, at(i, ".hash"));
            if (x.length == 2) assertEq(PoseidonTwo.hash(x[0], x[1]), hash);
            else if (x.length == 3) assertEq(PoseidonThree.hash(x[0], x[1], x[2]), hash);
            else continue;
            ++compared;
        }
        assertGe(compared, 4, "the file of known answers is not what it was");
    }

    function test_Edges() public pure {
        uint256[8] memory edges = [0, 1, 2, R - 1, R, R + 1, type(uint256).max - 1, type(uint256).max];
        for (uint256 i = 0; i < 512; ++i) {
            compare(edges[i % 8], edges[(i / 8) % 8], edges[i / 64]);
        }
    }

    function testFuzz_EqualsAnotherImplementation(uint256 x, uint256 y, uint256 z) public pure {
        compare(x, y, z);
    }

    function compare(uint256 x, uint256 y, uint256 z) private pure {
        assertEq(PoseidonTwo.hash(x, y), PoseidonT3.hash([x, y]));
        assertEq(PoseidonThree.hash(x, y, z), PoseidonT4.hash([x, y, z]));
    }

    function at(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".cases[", vm.toString(index), "]", field);
    }
}

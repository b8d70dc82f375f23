// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";
import {Electorate} from "../../../contracts/voting/Electorate.sol";
import {ReferenceTree} from "../../support/ReferenceTree.sol";

/// @notice Gas of admissions and removals as whole transactions, each in a second of its own: held under the limits that the
/// statement page promises, and compared with the committed numbers. `TABELLA_REWRITE=1` writes those instead.
/// forge-config: default.isolate = true
contract ElectorateGasTest is Test {
    string private constant FILE = "test/fixtures/admission-gas.json";
    uint256 private constant MANY = 32;

    AccessManager private authority;
    Electorate private plain;
    Electorate private weighted;
    uint256 private salt;

    function setUp() public {
        vm.warp(1_800_000_000);
        authority = new AccessManager(address(this));
        plain = new Electorate(address(authority), false, 1);
        weighted = new Electorate(address(authority), true, 1);
    }

    function test_MeanOfTheFirst32() public {
        (uint256 plainGas, uint256 weightedGas) = (0, 0);
        for (uint256 i = 0; i < MANY; ++i) {
            plainGas += addPlain();
            weightedGas += addWeighted();
        }
        assertLe(committed("plain_mean_of_first_32", plainGas / MANY), 134_000);
        assertLe(committed("weighted_mean_of_first_32", weightedGas / MANY), 215_000);
    }

    /// @dev At a size where as many nodes as can be are written, and where no batch fits a subtree.
    function test_ManyAtOnce() public {
        assertLe(committed("plain_32_at_once_each", addMany(plain, false) / MANY), 60_000);
        assertLe(committed("weighted_32_at_once_each", addMany(weighted, true) / MANY), 100_000);
        plain.add(fresh());
        weighted.addWeighted(fresh(), 1000);
        assertLe(committed("plain_32_at_once_after_33_each", addMany(plain, false) / MANY), 60_000);
        assertLe(committed("weighted_32_at_once_after_33_each", addMany(weighted, true) / MANY), 100_000);
    }

    /// @dev Means of 16 admissions in a row that end at each size: with one hash on average, the curve is flat.
    function test_CurveTo100000() public {
        uint256[6] memory sizes = [uint256(64), 1024, 4096, 16_384, 65_536, 100_000];
        for (uint256 i = 0; i < sizes.length; ++i) {
            pretend(plain, sizes[i] - 16);
            pretend(weighted, sizes[i] - 16);
            (uint256 plainGas, uint256 weightedGas) = (0, 0);
            for (uint256 j = 0; j < 16; ++j) {
                plainGas += addPlain();
                weightedGas += addWeighted();
            }
            string memory size = vm.toString(sizes[i]);
            assertLe(committed(string.concat("plain_up_to_", size), plainGas / 16), 134_000);
            assertLe(committed(string.concat("weighted_up_to_", size), weightedGas / 16), 215_000);
        }
    }

    function test_Removal() public {
        uint256[] memory leaves = new uint256[](MANY);
        for (uint256 i = 0; i < MANY; ++i) {
            leaves[i] = fresh();
        }
        plain.addMany(leaves);
        vm.warp(block.timestamp + 1);
        plain.remove(leaves[7], ReferenceTree.siblings(leaves, 7, 5));
        committed("plain_one_of_32_removed", vm.lastCallGas().gasTotalUsed);
    }

    function addPlain() private returns (uint256) {
        vm.warp(block.timestamp + 1);
        plain.add(fresh());
        return vm.lastCallGas().gasTotalUsed;
    }

    function addWeighted() private returns (uint256) {
        vm.warp(block.timestamp + 1);
        weighted.addWeighted(fresh(), 1000);
        return vm.lastCallGas().gasTotalUsed;
    }

    function addMany(Electorate to, bool withWeights) private returns (uint256) {
        uint256[] memory commitments = new uint256[](MANY);
        uint32[] memory weights = new uint32[](MANY);
        for (uint256 i = 0; i < MANY; ++i) {
            (commitments[i], weights[i]) = (fresh(), 1000);
        }
        vm.warp(block.timestamp + 1);
        if (withWeights) to.addManyWeighted(commitments, weights);
        else to.addMany(commitments);
        return vm.lastCallGas().gasTotalUsed;
    }

    /// @dev Writes a size and the nodes of a tree of that size, as if they had been made by admissions.
    function pretend(Electorate to, uint256 size) private {
        if (to.size() == 0) to.size();
        vm.record();
        to.size();
        (bytes32[] memory reads,) = vm.accesses(address(to));
        uint256 word = uint256(vm.load(address(to), reads[0]));
        word = (word & ~(uint256(type(uint32).max) << 48)) | size << 48;
        vm.store(address(to), reads[0], bytes32(word));
        vm.record();
        to.root();
        (reads,) = vm.accesses(address(to));
        // The first read is the state; every other is a node, the lowest subtree first.
        for (uint256 i = 1; i < reads.length; ++i) {
            vm.store(address(to), reads[i], bytes32(fresh()));
        }
        assertEq(to.size(), size);
    }

    function fresh() private returns (uint256) {
        return uint256(keccak256(abi.encode(++salt))) >> 8;
    }

    /// @dev The number, which must be the committed one.
    function committed(string memory what, uint256 gas) private returns (uint256) {
        emit log_named_uint(what, gas);
        string memory key = string.concat(".", what);
        if (vm.envOr("TABELLA_REWRITE", false)) vm.writeJson(vm.toString(gas), FILE, key);
        else assertEq(gas, vm.parseJsonUint(vm.readFile(FILE), key), what);
        return gas;
    }
}

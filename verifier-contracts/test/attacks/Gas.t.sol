// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {ProofFixture} from "../support/ProofFixture.sol";

/// @notice Gas of whole transactions, printed, and held under the limits that the statement page promises. Every call runs as
/// a transaction of its own: 21,000, calldata and cold accounts are in.
/// forge-config: default.isolate = true
contract GasTest is ProofFixture {
    function test_GasOfAnElection() public {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            box.cast(proposalId, ballot(i));
            assertLe(print(string.concat("cast, ballot ", vm.toString(i + 1))), 330_000);
        }
        warpToClose(proposalId);
        uint256[] memory share = shareWords();
        vm.prank(TRUSTEE);
        box.postShare(proposalId, 0, share);
        assertLe(print("postShare"), 80_000);
        tally();
        assertLe(print("tally"), 400_000);
        box.castResult(proposalId);
        print("castResult");
    }

    function test_GasOfOpening() public {
        uint256 id = propose("another");
        print("propose");
        warpToActive(id);
        box.open(id);
        print("open");
    }

    function print(string memory what) private returns (uint256 used) {
        used = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint(string.concat("gas: ", what), used);
    }
}

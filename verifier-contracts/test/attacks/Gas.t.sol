// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {VmSafe} from "forge-std/Vm.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {PollProofFixture} from "../support/PollProofFixture.sol";

/// @notice Gas of whole transactions with real proofs, held under the limits that the statement page promises and compared with
/// fixtures/gas.json. Every call runs as a transaction of its own: 21,000, calldata and cold accounts are in. Where a number
/// has changed: `TABELLA_REWRITE=true forge test --match-contract GasTest`, and the page's table.
abstract contract EveryCall is PollProofFixture {
    string internal constant FILE = "test/fixtures/gas.json";

    /// @dev A number may move by so many parts of a thousand without being written again.
    uint256 private constant TOLERANCE = 5;

    // The announced repricing: a new slot costs 110,000 instead of 22,100 (EIP-8037 and 8038), and a transaction at least
    // 64 for each byte of calldata (EIP-7976).
    uint256 private constant NEW_SLOT = 110_000;
    uint256 private constant NEW_SLOT_TODAY = 22_100;
    uint256 private constant FLOOR_PER_BYTE = 64;

    /// @dev Whether new slots are counted in this test. Recording them merges the transactions, so gas has a test of its own.
    function counting() internal pure virtual returns (bool);

    function everything() internal {
        election();
        batches();
        opening();
        polls();
    }

    function election() private {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            send("cast", address(box), abi.encodeCall(IElectionBox.cast, (proposalId, ballot(i))), 330_000, 1, i == 0);
        }
        warpToClose(proposalId);
        uint256[] memory share = shareWords();
        vm.startPrank(TRUSTEE);
        send("postShare", address(box), abi.encodeCall(IElectionBox.postShare, (proposalId, 0, share)), 80_000, 1, true);
        vm.stopPrank();
        (uint256 h, uint256[8] memory proof) = tallyProof();
        bytes memory call = abi.encodeCall(IElectionBox.tally, (proposalId, 1, provenTotals(), h, proof));
        send("tally", address(box), call, 400_000, 1, true);
        send("castResult", address(box), abi.encodeCall(box.castResult, (proposalId)), 200_000, 4, true);
    }

    /// @dev 1, 2, 32 and 100 of 100 real ballots, each batch in a fresh election.
    function batches() private {
        uint256[4] memory sizes = [uint256(1), 2, 32, 100];
        uint256[4] memory mostEach = [uint256(360_000), 230_000, 100_000, 92_000];
        for (uint256 i = 0; i < 4; ++i) {
            uint256 n = sizes[i];
            uint256 id = openManyElection();
            bytes memory call = abi.encodeCall(IElectionBox.castBatch, (id, manyBallots(n)));
            send(string.concat("castBatch of ", vm.toString(n)), address(box), call, n * mostEach[i], n, true);
            assertEq(box.election(id).ballots, n);
        }
    }

    function opening() private {
        uint256 id = propose("another");
        warpToActive(id);
        send("open", address(box), abi.encodeCall(IElectionBox.open, (id)), 550_000, 14, true);
    }

    /// @dev The same with 8 options, in the poll of the first rule.
    function polls() private {
        vm.revertToState(beforeElection);
        setUpPolls();
        bytes memory call = abi.encodeCall(IElectionBox.cast, (pollIds[0], pollBallots(0)[0]));
        send("cast, 8 options", address(eight), call, 450_000, 1, true);
        call = abi.encodeCall(IElectionBox.castBatch, (pollIds[1], pollBallots(1)));
        send("castBatch of 3, 8 options", address(eight), call, 720_000, 3, true);
        eight.castBatch(pollIds[0], pollBallots(0));
        vm.warp(POLL_CLOSES);
        (uint256 h, uint256[8] memory proof) = pollProof(0);
        call = abi.encodeCall(IElectionBox.tally, (pollIds[0], 1, pollTotals(0), h, proof));
        send("tally, 8 options", address(eight), call, 500_000, 2, true);
    }

    /// @dev Sends a transaction and holds it to its limit; the first of its name is compared with the file as well.
    /// @param slots slots that are 0 before it and not after it
    function send(string memory what, address to, bytes memory call, uint256 most, uint256 slots, bool compared)
        private
    {
        if (counting()) vm.startStateDiffRecording();
        (bool done, bytes memory answer) = to.call(call);
        assertTrue(done, string.concat(what, ": ", vm.toString(answer)));
        if (counting()) {
            return assertEq(newSlots(vm.stopAndReturnStateDiff()), slots, string.concat(what, ": new slots"));
        }
        uint256 used = vm.lastCallGas().gasTotalUsed;
        assertLe(used, most, what);
        if (!compared) return;
        uint256 repriced = used + slots * (NEW_SLOT - NEW_SLOT_TODAY);
        uint256 floor = 21_000 + FLOOR_PER_BYTE * call.length;
        if (repriced < floor) repriced = floor;
        emit log_named_uint(string.concat("gas: ", what), used);
        if (vm.envOr("TABELLA_REWRITE", false)) return write(what, used, slots, call.length, repriced);
        uint256[] memory expected = vm.parseJsonUintArray(vm.readFile(FILE), string.concat('.["', what, '"]'));
        assertApproxEqRel(used, expected[0], TOLERANCE * 1e15, what);
        assertEq(slots, expected[1], string.concat(what, ": new slots in the file"));
        assertEq(call.length, expected[2], string.concat(what, ": bytes of calldata"));
        assertApproxEqRel(repriced, expected[3], TOLERANCE * 1e15, string.concat(what, ", repriced"));
    }

    /// @dev One line of the file: gas, new slots, bytes of calldata, gas after the announced repricing.
    function write(string memory what, uint256 used, uint256 slots, uint256 bytes_, uint256 repriced) private {
        string memory numbers = string.concat(
            vm.toString(used), ", ", vm.toString(slots), ", ", vm.toString(bytes_), ", ", vm.toString(repriced)
        );
        vm.writeLine(FILE, string.concat('  "', what, '": [', numbers, "],"));
    }

    /// @dev Slots that were 0 before the recorded call and are not after it.
    function newSlots(VmSafe.AccountAccess[] memory accesses) private pure returns (uint256 n) {
        for (uint256 i = 0; i < accesses.length; ++i) {
            VmSafe.StorageAccess[] memory slots = accesses[i].storageAccesses;
            for (uint256 j = 0; j < slots.length; ++j) {
                bool fresh = slots[j].isWrite && slots[j].previousValue == 0 && slots[j].newValue != 0;
                if (fresh && !slots[j].reverted) ++n;
            }
        }
    }
}

/// @notice Gas of every call.
/// forge-config: default.isolate = true
contract GasTest is EveryCall {
    function test_GasOfEveryCall() public {
        bool rewriting = vm.envOr("TABELLA_REWRITE", false);
        if (rewriting) vm.writeFile(FILE, "{\n");
        everything();
        if (rewriting) vm.writeLine(FILE, '  "end": []\n}');
    }

    function counting() internal pure override returns (bool) {
        return false;
    }
}

/// @notice New slots of every call, which the announced repricing makes dear.
contract NewSlotsTest is EveryCall {
    function test_NewSlotsOfEveryCall() public {
        everything();
    }

    function counting() internal pure override returns (bool) {
        return true;
    }
}

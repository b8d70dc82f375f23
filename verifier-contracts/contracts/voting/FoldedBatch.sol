// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IFoldedVerifier} from "./interfaces/IVerifiers.sol";

/// @title FoldedBatch
/// @notice The call of `IFoldedVerifier.verifyFoldedBatch`, written proof by proof into memory and sent once. The compiler's
/// own encoding would copy every proof twice, word by word.
library FoldedBatch {
    /// @notice A call that grows.
    /// @param start where its arguments begin in memory; the selector stands in the four bytes before
    /// @param proofs where the next proof goes
    /// @param inputs where its inputs go, behind the place of the last proof that there is room for
    /// @param count proofs so far
    struct Batch {
        uint256 start;
        uint256 proofs;
        uint256 inputs;
        uint256 count;
    }

    // Bytes: before the proofs are the point, the offsets of both lists and the first list's length.
    uint256 private constant PROOFS_AT = 0xa0;
    uint256 private constant PROOF = 0x100;
    uint256 private constant INPUTS = 0x60;

    /// @notice A call without proofs.
    /// @param point the folded constants
    /// @param room most proofs that will be pushed
    function begin(uint256[2] memory point, uint256 room) internal pure returns (Batch memory batch) {
        bytes4 selector = IFoldedVerifier.verifyFoldedBatch.selector;
        uint256 start;
        assembly ("memory-safe") {
            let free := mload(0x40)
            start := add(free, 0x20)
            mstore(0x40, add(add(start, add(PROOFS_AT, 0x20)), mul(room, add(PROOF, INPUTS))))
            mstore(free, shr(224, selector))
            mcopy(start, point, 0x40)
        }
        batch.start = start;
        batch.proofs = start + PROOFS_AT;
        batch.inputs = start + PROOFS_AT + room * PROOF + 0x20;
    }

    /// @notice Adds a proof and its three inputs; at most `room` times.
    function push(Batch memory batch, uint256[8] calldata proof, uint256 a, uint256 b, uint256 c) internal pure {
        assembly ("memory-safe") {
            let at := mload(add(batch, 0x20))
            calldatacopy(at, proof, PROOF)
            mstore(add(batch, 0x20), add(at, PROOF))
            at := mload(add(batch, 0x40))
            mstore(at, a)
            mstore(add(at, 0x20), b)
            mstore(add(at, 0x40), c)
            mstore(add(batch, 0x40), add(at, INPUTS))
            mstore(add(batch, 0x60), add(mload(add(batch, 0x60)), 1))
        }
    }

    /// @notice Sends the call; reverts as the verifier does.
    /// @param verifier a contract, as the caller has checked when it was made
    function verify(Batch memory batch, IFoldedVerifier verifier) internal view {
        uint256 start = batch.start;
        uint256 n = batch.count;
        uint256 end = batch.proofs;
        uint256 staged = batch.inputs - n * INPUTS;
        assembly ("memory-safe") {
            mstore(add(start, 0x40), 0x80)
            mstore(add(start, 0x60), sub(end, start))
            mstore(add(start, 0x80), n)
            mcopy(add(end, 0x20), staged, mul(n, INPUTS))
            mstore(end, n)
            let length := add(add(0x24, sub(end, start)), mul(n, INPUTS))
            if iszero(staticcall(gas(), verifier, sub(start, 4), length, 0x00, 0x00)) {
                let free := mload(0x40)
                returndatacopy(free, 0x00, returndatasize())
                revert(free, returndatasize())
            }
        }
    }
}

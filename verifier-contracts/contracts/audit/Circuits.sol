// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ICircuitVerifier} from "../voting/interfaces/IVerifiers.sol";

/// @title Circuits
/// @notice Refuses a verifier of another statement when a contract is made, not as "proof invalid" later.
library Circuits {
    /// @notice An address that must be a contract is not.
    error NotAContract(address account);

    /// @notice A verifier is for another circuit or version.
    error WrongCircuit(address verifier, string circuit, uint256 version);

    /// @notice Version of both statements.
    uint256 internal constant VERSION = 1;

    /// @notice Reverts unless the account is a contract.
    function checkContract(address account) internal view {
        if (account.code.length == 0) revert NotAContract(account);
    }

    /// @notice Reverts unless the verifier says that it is for this circuit, in the version of the statement page.
    function check(ICircuitVerifier verifier, string memory circuit) internal view {
        checkContract(address(verifier));
        string memory actual = verifier.CIRCUIT();
        uint256 version = verifier.VERSION();
        if (!Strings.equal(actual, circuit) || version != VERSION) {
            revert WrongCircuit(address(verifier), actual, version);
        }
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

// Contracts of other projects that a DAO deploys as they are; imported so that they are compiled with our settings.
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

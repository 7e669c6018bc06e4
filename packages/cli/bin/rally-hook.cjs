#!/usr/bin/env node
'use strict'
require('../dist/rally-hook.cjs')
